//! The headers that the service expects on every request.

use http::HeaderMap;
use http::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, HeaderName, HeaderValue};

use super::call_target::CallTarget;
use crate::Transfer;
use crate::auth::Token;
use crate::call_info::CallInfo;

const DOCUMENTED_SCOPE: HeaderName = HeaderName::from_static("x-keepnet-company-id");
/// The vendor's own clients send this one; some services behind the gateway honour it alone.
const OBSERVED_SCOPE: HeaderName = HeaderName::from_static("x-ir-company-id");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

impl CallTarget {
    /// Sets the headers that the service expects on every request.
    pub(super) fn apply_headers(
        &self,
        headers: &mut HeaderMap,
        call: &CallInfo,
        token: &Token,
        transfer: Transfer,
    ) {
        headers.insert(AUTHORIZATION, token.bearer.clone());
        for name in [DOCUMENTED_SCOPE, OBSERVED_SCOPE] {
            match &self.scope {
                Some(scope) => headers.insert(name, scope.header.clone()),
                None => headers.remove(name),
            };
        }
        if let Ok(id) = HeaderValue::from_str(call.request_id.as_str()) {
            headers.insert(REQUEST_ID, id);
        }
        headers
            .entry(ACCEPT_ENCODING)
            .or_insert(HeaderValue::from_static("gzip"));
        if !headers.contains_key(ACCEPT) {
            let accept = match transfer {
                Transfer::Download => "*/*",
                Transfer::Message | Transfer::Upload => "application/json",
            };
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
        }
    }
}
