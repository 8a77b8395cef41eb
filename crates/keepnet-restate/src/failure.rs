//! Which failures the engine may try again.

use keepnet_flows::{Error, ErrorKind};
use restate_sdk::prelude::{HandlerError, TerminalError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A failure that the engine must not try again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Failure {
    /// The kind of the error, such as `OutcomeUnknown`; see [`ErrorKind`].
    pub kind: String,
    /// The status with which the invocation fails, as of HTTP.
    pub code: u16,
    /// What happened, to which customer and file, and what to do.
    pub message: String,
}

impl Failure {
    /// `Err` if the failure passes by itself, so that the engine tries again.
    pub(crate) fn of(error: Error) -> Result<Failure, HandlerError> {
        if passes(&error) {
            return Err(HandlerError::from(error));
        }
        Ok(Failure {
            kind: format!("{:?}", error.kind()),
            code: code(error.kind()),
            message: error.to_string(),
        })
    }

    /// The failure of an invocation of another object.
    pub(crate) fn from_terminal(error: &TerminalError) -> Failure {
        let (kind, message) = error
            .message()
            .split_once(": ")
            .unwrap_or(("", error.message()));
        Failure {
            kind: kind.to_owned(),
            code: error.code(),
            message: message.to_owned(),
        }
    }

    pub(crate) fn terminal(&self) -> TerminalError {
        let message = format!("{}: {}", self.kind, self.message);
        TerminalError::new_with_code(self.code, message)
    }
}

/// Whether the work may be continued from its ticket later, without a decision of a person. What has no
/// known outcome is never tried again.
fn passes(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::OutcomeUnknown => false,
        ErrorKind::Unavailable | ErrorKind::Throttled | ErrorKind::Timeout | ErrorKind::Io => true,
        _ => error.is_retryable(),
    }
}

fn code(kind: ErrorKind) -> u16 {
    match kind {
        ErrorKind::Sheet | ErrorKind::Invalid => 400,
        ErrorKind::Credentials => 401,
        ErrorKind::Permission => 403,
        ErrorKind::NotFound => 404,
        ErrorKind::Ambiguous | ErrorKind::Conflict | ErrorKind::OutcomeUnknown => 409,
        _ => 500,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_passing_failures_are_tried_again() {
        for (kind, expected) in [
            (ErrorKind::Unavailable, None),
            (ErrorKind::Throttled, None),
            (ErrorKind::Timeout, None),
            (ErrorKind::Io, None),
            (ErrorKind::OutcomeUnknown, Some(409)),
            (ErrorKind::Conflict, Some(409)),
            (ErrorKind::Ambiguous, Some(409)),
            (ErrorKind::Sheet, Some(400)),
            (ErrorKind::Invalid, Some(400)),
            (ErrorKind::Credentials, Some(401)),
            (ErrorKind::Permission, Some(403)),
            (ErrorKind::NotFound, Some(404)),
            (ErrorKind::Config, Some(500)),
            (ErrorKind::Certificate, Some(500)),
            (ErrorKind::Unsupported, Some(500)),
            (ErrorKind::Protocol, Some(500)),
            (ErrorKind::Rejected, Some(500)),
            (ErrorKind::JobFailed, Some(500)),
        ] {
            let failure = Failure::of(Error::new(kind, "it failed"));
            let code = failure.ok().map(|failure| failure.code);
            assert_eq!(code, expected, "{kind:?}");
        }
    }
}
