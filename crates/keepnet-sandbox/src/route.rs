//! One operation of the service: its path, who may call it, and its handler.

use crate::call::Call;
use crate::http::HandlerResult;
use crate::state::State;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Route {
    /// The method and the path template, such as `GET /api/jobs/{resourceId}`.
    pub(crate) name: &'static str,
    pub(crate) access: Access,
    pub(crate) handler: Handler,
}

impl Route {
    pub(crate) fn method(&self) -> &'static str {
        self.split_name().0
    }

    pub(crate) fn path(&self) -> &'static str {
        self.split_name().1
    }

    fn split_name(&self) -> (&'static str, &'static str) {
        self.name.split_once(' ').unwrap_or((self.name, ""))
    }
}

/// Who may call an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Anonymous,
    /// Any caller with a token; the response does not depend on the company headers.
    AnyCompany,
    /// Any caller with a token, in the company that the headers name.
    InCompany,
    Resellers,
}

/// How an operation is handled.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Handler {
    Token,
    Json(fn(&mut State, &Call) -> HandlerResult),
    Upload,
    /// The service has the operation, the sandbox does not.
    Missing,
}
