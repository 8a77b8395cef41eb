//! A connection that failed: in which phase, and why.

use std::error::Error as StdError;
use std::{fmt, io};

use super::kind::ErrorKind;
use crate::retry::Outcome;

/// Why a request has no response, or a response no end.
///
/// Of the address it shows the host alone: the path may contain ids, and the query personal data.
#[derive(Debug)]
pub(crate) struct TransportError {
    phase: Phase,
    host: Option<String>,
    source: Box<dyn StdError + Send + Sync>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// The TLS handshake failed because of the certificate of the service.
    Certificate,
    Connect,
    /// The network gave up on a connection that was open.
    TimedOut,
    /// The request makes no sense.
    #[cfg(feature = "reqwest")]
    Build,
    Request,
    Response,
}

impl TransportError {
    /// A request that got no response.
    pub(crate) fn request(error: hyper_util::client::legacy::Error, host: Option<String>) -> Self {
        let phase = match error.is_connect() {
            true => Phase::Connect,
            false => Phase::Request,
        };
        Self::new(phase, host, error)
    }

    /// A response that has no end.
    pub(crate) fn response(error: impl StdError + Send + Sync + 'static) -> Self {
        Self::new(Phase::Response, None, error)
    }

    /// An error of connections that the program has prepared.
    #[cfg(feature = "reqwest")]
    pub(crate) fn prepared(error: reqwest::Error) -> Self {
        let host = error.url().and_then(|url| url.host_str());
        let host = host.map(str::to_owned);
        let phase = if error.is_connect() {
            Phase::Connect
        } else if error.is_builder() || error.is_redirect() {
            Phase::Build
        } else if error.is_decode() || error.is_body() {
            Phase::Response
        } else {
            Phase::Request
        };
        Self::new(phase, host, error.without_url())
    }

    fn new(
        phase: Phase,
        host: Option<String>,
        source: impl StdError + Send + Sync + 'static,
    ) -> Self {
        let phase = match phase {
            Phase::Connect if has_bad_certificate(&source) => Phase::Certificate,
            Phase::Request | Phase::Response if has_timed_out(&source) => Phase::TimedOut,
            phase => phase,
        };
        Self {
            phase,
            host,
            source: Box::new(source),
        }
    }

    /// A connection that takes too long counts as unavailable.
    pub(super) fn kind(&self) -> ErrorKind {
        match self.phase {
            Phase::Certificate => ErrorKind::Certificate,
            Phase::TimedOut => ErrorKind::Timeout,
            #[cfg(feature = "reqwest")]
            Phase::Build => ErrorKind::Invalid,
            Phase::Connect | Phase::Request | Phase::Response => ErrorKind::Unavailable,
        }
    }

    /// Whether the request may have reached the service.
    pub(super) fn outcome(&self) -> Outcome {
        match self.phase {
            Phase::Certificate => Outcome::Final,
            #[cfg(feature = "reqwest")]
            Phase::Build => Outcome::Final,
            Phase::Connect => Outcome::NeverSent,
            Phase::TimedOut | Phase::Request | Phase::Response => Outcome::Broken,
        }
    }

    /// The disk error that broke a request, if it was one.
    pub(super) fn unreadable_file(&self) -> Option<io::Error> {
        let file = causes(self).find_map(|cause| cause.downcast_ref::<UnreadableFile>());
        file.map(|UnreadableFile(file)| io::Error::new(file.kind(), file.to_string()))
    }
}

/// The phase, the host, and the first cause.
impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.phase {
            Phase::Certificate => "the certificate of the service is not trusted",
            Phase::Connect => "the service could not be reached",
            Phase::TimedOut => "no response in time",
            #[cfg(feature = "reqwest")]
            Phase::Build => "the request could not be built",
            Phase::Request => "the connection broke",
            Phase::Response => "the response ended early",
        })?;
        let first = causes(self).last().unwrap_or(self);
        match &self.host {
            Some(host) => write!(f, " ({host}: {first})"),
            None => write!(f, " ({first})"),
        }
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
}

/// Marks an error of our own disk among those of the network.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct UnreadableFile(pub(crate) io::Error);

/// What an error was caused by, the nearest first.
fn causes<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(error.source(), |&cause| {
        // The source of an error of the input and output is not what it holds, but the source of that.
        match cause.downcast_ref::<io::Error>() {
            Some(error) => error.get_ref().map(|inner| inner as _),
            None => cause.source(),
        }
    })
}

fn has_bad_certificate(error: &(dyn StdError + 'static)) -> bool {
    causes(error).any(|cause| {
        matches!(
            cause.downcast_ref(),
            Some(rustls::Error::InvalidCertificate(_))
        )
    })
}

fn has_timed_out(error: &(dyn StdError + 'static)) -> bool {
    causes(error).any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::TimedOut)
    })
}
