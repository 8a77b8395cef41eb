//! Why a call has no usable answer, before the call is known to it.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;

use super::error_body::ErrorBody;

/// Why a call has no answer of the service. Carried by a made-up response, since a hook can only
/// fail with a `reqwest::Error`, which nobody but reqwest can make.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Token(#[from] TokenFailure),
    #[error("{}", transport(.0))]
    Transport(#[source] Arc<reqwest::Error>),
    #[error("the file to send could not be read")]
    File(#[source] Arc<std::io::Error>),
    #[error(transparent)]
    TimedOut(#[from] TimedOut),
    #[error("too many requests at once: no place became free for {} s", .0.as_secs_f32())]
    Crowded(Duration),
    #[error("the answer is larger than the limit of {} MiB", .0 >> 20)]
    TooLarge(usize),
    #[error("the request leaves the service: {0} is not the configured host")]
    Elsewhere(String),
    #[error("the request's stream has been sent already")]
    Spent,
}

/// Which of the client's own limits a try ran into.
#[derive(Debug, Clone, Copy, thiserror::Error)]
pub(crate) enum TimedOut {
    #[error("no answer for {} s", .0.as_secs_f32())]
    FirstByte(Duration),
    #[error("less than a byte a second moved for {} s", .0.as_secs_f32())]
    Stalled(Duration),
    #[error("the answer was not whole after {} s", .0.as_secs_f32())]
    Attempt(Duration),
}

/// Why no token could be had; shared by all calls that waited for it.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum TokenFailure {
    #[error("{}", transport(.0))]
    Transport(#[source] Arc<reqwest::Error>),
    #[error("{0}")]
    TimedOut(#[source] TimedOut),
    #[error("refused with HTTP {status}")]
    Refused {
        status: StatusCode,
        body: ErrorBody,
        retry_after: Option<Duration>,
        /// The host that a redirect leads to.
        redirect: Option<String>,
    },
    #[error("the answer holds no usable token")]
    Unusable,
}

impl Failure {
    pub(crate) fn transport(error: reqwest::Error) -> Self {
        if let Some(file) = crate::form::unreadable_file(&error) {
            return Self::File(Arc::new(file));
        }
        if let Some(own) = own(&error) {
            return own;
        }
        Self::Transport(Arc::new(error.without_url()))
    }
}

/// What the watch over a body said, which reqwest hands on among its own errors.
fn own(error: &reqwest::Error) -> Option<Failure> {
    let mut source = error.source();
    while let Some(error) = source {
        if let Some(failure) = error.downcast_ref::<Failure>() {
            return Some(failure.clone());
        }
        source = error.source();
    }
    None
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

/// Names the phase that failed, which the Display of reqwest leaves to its sources.
pub(crate) fn transport(error: &reqwest::Error) -> &'static str {
    if error.is_connect() {
        "the service could not be reached"
    } else if error.is_timeout() {
        "no answer in time"
    } else if error.is_decode() || error.is_body() {
        "the answer broke off"
    } else if error.is_builder() {
        "the request could not be built"
    } else {
        "the connection broke"
    }
}
