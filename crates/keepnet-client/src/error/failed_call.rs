//! The HTTP side of a failed call: the operation, the status, the number of tries.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::StatusCode;

use super::error_body::ErrorBody;
use crate::call_info::CallInfo;
use crate::retry::Outcome;

/// The call behind an [`Error`](crate::Error), as the chain of causes shows it where a flow says
/// what it was doing: `get_job: HTTP 503, after 4 tries (request 7f0c…)`.
pub struct FailedCall {
    pub(super) operation: &'static str,
    pub(super) call: Option<CallInfo>,
    pub(super) status: Option<StatusCode>,
    pub(super) body: ErrorBody,
    pub(super) retry_after: Option<Duration>,
    pub(super) outcome: Outcome,
    pub(super) source: Option<Box<dyn StdError + Send + Sync>>,
}

impl FailedCall {
    pub(super) fn new(operation: &'static str, call: Option<CallInfo>) -> Self {
        Self {
            operation,
            call,
            status: None,
            body: ErrorBody::default(),
            retry_after: None,
            outcome: Outcome::Final,
            source: None,
        }
    }

    pub(super) fn tries(&self) -> u32 {
        self.call.as_ref().map_or(0, |call| call.tries)
    }

    pub(super) fn is_retry_budget_spent(&self) -> bool {
        self.call.as_ref().is_some_and(|call| call.budget_spent)
    }

    /// `, after 3 tries (request 7f0c…)`.
    pub(super) fn write_tries(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.tries() > 1 {
            write!(f, ", after {} tries", self.tries())?;
        }
        if self.is_retry_budget_spent() {
            f.write_str(", not tried again because too many calls fail")?;
        }
        match &self.call {
            Some(call) => write!(f, " (request {})", call.request_id.as_str()),
            None => Ok(()),
        }
    }
}

impl fmt::Display for FailedCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.operation)?;
        match self.status {
            Some(status) => write!(f, ": HTTP {}", status.as_u16())?,
            None => f.write_str(": no response")?,
        }
        self.write_tries(f)
    }
}

impl fmt::Debug for FailedCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FailedCall")
            .field("message", &format_args!("{self}"))
            .field("source", &self.source)
            .finish()
    }
}

impl StdError for FailedCall {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
