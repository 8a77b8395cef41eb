//! Why a call has no usable response.

use std::error::Error as StdError;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;

use super::error_body::ErrorBody;
use crate::retry::Outcome;

/// Why a call has no response of the service.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Token(#[from] TokenFailure),
    #[error("{}", transport(.0))]
    Transport(#[source] Arc<reqwest::Error>),
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
    #[error("less than a byte a second moved for {} s", .0.as_secs_f32())]
    Stalled(Duration),
    #[error("the response was not complete after {} s", .0.as_secs_f32())]
    Attempt(Duration),
    #[error("the call did not end within its deadline of {} s", .0.as_secs_f32())]
    Call(Duration),
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
        body: Box<ErrorBody>,
        retry_after: Option<Duration>,
        /// The host that a redirect leads to.
        redirect: Option<String>,
    },
    #[error("the response holds no usable token")]
    Unusable,
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

impl Failure {
    pub(crate) fn transport(error: reqwest::Error) -> Self {
        if let Some(file) = unreadable_file(&error) {
            return Self::File(Arc::new(file));
        }
        Self::Transport(Arc::new(with_origin_only(error)))
    }
}

impl Failure {
    /// Whether the request may have reached the service.
    pub(crate) fn outcome(&self) -> Outcome {
        match self {
            Self::Transport(error) if has_bad_certificate(error) => Outcome::Final,
            Self::Transport(error) if error.is_connect() => Outcome::NeverSent,
            Self::Transport(error) if error.is_builder() || error.is_redirect() => Outcome::Final,
            Self::Transport(_) | Self::TimedOut(_) => Outcome::Broken,
            Self::ConcurrencyTimeout(_) => Outcome::NeverSent,
            _ => Outcome::Final,
        }
    }
}

/// Marks an error of our own disk among those of the network.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct UnreadableFile(pub(crate) io::Error);

/// The disk error that broke a request, if it was one.
fn unreadable_file(error: &reqwest::Error) -> Option<io::Error> {
    let mut source = error.source();
    while let Some(error) = source {
        if let Some(UnreadableFile(file)) = error.downcast_ref() {
            return Some(io::Error::new(file.kind(), file.to_string()));
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

/// Keeps the host of the URL. The path may contain ids, and the query personal data.
fn with_origin_only(mut error: reqwest::Error) -> reqwest::Error {
    if let Some(url) = error.url_mut() {
        url.set_path("");
        url.set_query(None);
        url.set_fragment(None);
        // They fail only for URLs without a host, which have neither.
        let _ = url.set_username("");
        let _ = url.set_password(None);
    }
    error
}

/// Names the phase that failed, the host, and the first cause, which the Display of reqwest leaves to
/// its sources.
pub(crate) fn transport(error: &reqwest::Error) -> String {
    let mut text = phase(error).to_owned();
    let host = error.url().and_then(|url| url.host_str());
    let mut causes = std::iter::successors(error.source(), |&cause| cause.source());
    let first = causes
        .next()
        .map(|cause| causes.last().unwrap_or(cause).to_string());
    match (host, first) {
        (Some(host), Some(cause)) => text += &format!(" ({host}: {cause})"),
        (Some(only), None) => text += &format!(" ({only})"),
        (None, Some(only)) => text += &format!(" ({only})"),
        (None, None) => {}
    }
    text
}

fn phase(error: &reqwest::Error) -> &'static str {
    if has_bad_certificate(error) {
        "the certificate of the service is not trusted"
    } else if error.is_connect() {
        "the service could not be reached"
    } else if error.is_timeout() {
        "no response in time"
    } else if error.is_decode() || error.is_body() {
        "the response ended early"
    } else if error.is_builder() {
        "the request could not be built"
    } else {
        "the connection broke"
    }
}

/// Whether the TLS handshake failed because of the certificate of the service.
pub(super) fn has_bad_certificate(error: &(dyn StdError + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(rustls::Error::InvalidCertificate(_)) = error.downcast_ref() {
            return true;
        }
        // The source of an error of the input and output is not what it holds, but the source of that.
        cause = match error.downcast_ref::<io::Error>() {
            Some(error) => error.get_ref().map(|inner| inner as _),
            None => error.source(),
        };
    }
    false
}
