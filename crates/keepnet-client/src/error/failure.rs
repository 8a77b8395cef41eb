//! Why a call has no usable response.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use super::error_body::ErrorBody;
use super::transport_error::TransportError;
use crate::retry::Outcome;

/// Why a call has no response of the service.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Token(#[from] TokenFailure),
    #[error("{0}")]
    Transport(#[source] Arc<TransportError>),
    #[error("the file to send could not be read")]
    File(#[source] Arc<std::io::Error>),
    #[error(transparent)]
    TimedOut(#[from] TimedOut),
    #[error("not sent: it waited in the client's own queue for {} s behind other calls", .0.as_secs_f32())]
    ConcurrencyTimeout(Duration),
    #[error("the Tokio runtime of the call was shut down")]
    RuntimeStopped,
    #[error("the response is larger than the limit of {} MiB", .0 >> 20)]
    TooLarge(usize),
}

/// Which of the client's own limits a try ran into.
#[derive(Debug, Clone, Copy, thiserror::Error)]
pub(crate) enum TimedOut {
    #[error("no response for {} s", .0.as_secs_f32())]
    FirstByte(Duration),
    #[error("{} in {} s", moved_bytes(*.bytes), .limit.as_secs_f32())]
    Stalled { bytes: u64, limit: Duration },
    #[error("the response was not complete after {} s", .0.as_secs_f32())]
    Attempt(Duration),
    #[error("the call did not end within its deadline of {} s", .0.as_secs_f32())]
    Call(Duration),
}

fn moved_bytes(bytes: u64) -> String {
    match bytes {
        0 => "no byte moved".to_owned(),
        1 => "only 1 byte moved".to_owned(),
        _ => format!("only {bytes} bytes moved"),
    }
}

/// What is wrong with a web page in the place of a response.
pub(super) fn foreign_problem(host: &str) -> String {
    format!("{host} sent a web page, which does not look like a response of the Keepnet API")
}

/// Whether a body is a web page.
pub(crate) fn is_web_page(body: &[u8]) -> bool {
    let body = body.trim_ascii_start();
    let body = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
    body.trim_ascii_start().starts_with(b"<")
}

/// Why no token could be had; shared by all calls that waited for it.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum TokenFailure {
    #[error("{0}")]
    Transport(#[source] Arc<TransportError>),
    #[error("{0}")]
    TimedOut(#[source] TimedOut),
    #[error("refused with HTTP {status}")]
    Refused {
        status: StatusCode,
        body: Box<ErrorBody>,
        retry_after: Option<Duration>,
        /// The host that a redirect leads to.
        redirect: Option<String>,
    },
    #[error("the response holds no usable token")]
    Unusable,
    #[error("{}", foreign_problem(.0))]
    Foreign(Arc<str>),
    #[error("the token source failed")]
    Source(#[source] Arc<dyn StdError + Send + Sync>),
    #[error("the sign-in was aborted")]
    Aborted,
}

impl TokenFailure {
    /// Whether the service refuses these credentials, and would refuse them again.
    pub(crate) fn is_refusal(&self) -> bool {
        match self {
            Self::Refused { status, .. } => {
                matches!(status.as_u16(), 400 | 401 | 403)
            }
            _ => false,
        }
    }
}

impl From<TransportError> for Failure {
    fn from(error: TransportError) -> Self {
        match error.unreadable_file() {
            Some(file) => Self::File(Arc::new(file)),
            None => Self::Transport(Arc::new(error)),
        }
    }
}

impl Failure {
    /// Whether the service may have done what the request asks for.
    pub(crate) fn may_have_acted(&self) -> bool {
        match self {
            // The request that was in flight when the whole call ended says it.
            Self::TimedOut(TimedOut::Call(_)) => false,
            Self::Transport(error) => error.outcome() == Outcome::Broken,
            Self::TimedOut(_) | Self::TooLarge(_) => true,
            // What the task had done is lost with it.
            Self::RuntimeStopped => true,
            // A request without its end is not executed.
            Self::File(_) | Self::Token(_) | Self::ConcurrencyTimeout(_) => false,
        }
    }

    /// Whether the request may have reached the service.
    pub(crate) fn outcome(&self) -> Outcome {
        match self {
            Self::Transport(error) => error.outcome(),
            Self::TimedOut(_) => Outcome::Broken,
            Self::ConcurrencyTimeout(_) => Outcome::NeverSent,
            _ => Outcome::Final,
        }
    }
}

impl From<Failure> for TokenFailure {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Token(failure) => failure,
            Failure::Transport(error) => Self::Transport(error),
            Failure::TimedOut(late) => Self::TimedOut(late),
            _ => Self::Unusable,
        }
    }
}
