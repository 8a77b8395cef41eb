//! What is known about a response beside its data.

use std::fmt;

use http::StatusCode;
use http::header::HeaderMap;

use crate::CompanyId;
use crate::call_info::CallInfo;

/// The status, the headers and the history of a call that succeeded.
#[derive(Clone)]
pub struct ResponseInfo {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) call: CallInfo,
}

impl ResponseInfo {
    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// The headers of the response.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The id of the operation.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.call.operation
    }

    /// The company that the call was scoped to.
    #[must_use]
    pub fn company(&self) -> Option<&CompanyId> {
        self.call.company.as_ref()
    }

    /// The id sent as `X-Request-Id`, the same on every try.
    #[must_use]
    pub fn request_id(&self) -> &str {
        self.call.request_id.as_str()
    }

    /// Whether a deletion was repeated because the response of an earlier try was lost, and then found
    /// nothing to delete (404 or 410). That is a success: the resource is gone, most likely by the
    /// earlier try. The data of such a response is empty.
    #[must_use]
    pub fn is_already_gone(&self) -> bool {
        self.call.already_gone
    }

    /// How many requests were sent, the one after a renewed token included.
    #[must_use]
    pub fn tries(&self) -> u32 {
        self.call.tries
    }
}

impl fmt::Debug for ResponseInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseInfo")
            .field("operation", &self.operation())
            .field("status", &self.status())
            .field("tries", &self.tries())
            .field("request_id", &self.request_id())
            .finish_non_exhaustive()
    }
}
