//! A hook around each request, each try and each wait of a call: metrics, messages about a service that
//! does not respond, and headers such as `traceparent`.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use http::header::HeaderMap;

use crate::{CompanyId, ErrorKind, Operation};

/// Sees each request, each try and each wait of each call, set with
/// [`ClientConfig::observer`](crate::ClientConfig::observer).
///
/// The methods run within the call, between its steps: they must not block. A request for a token is
/// no try of a call and passes [`on_request`](Self::on_request) only. A call that is dropped ends without
/// a last [`after_try`](Self::after_try).
///
/// ```
/// use http::{HeaderMap, HeaderName, HeaderValue};
/// use keepnet_client::{Observer, TryInfo, TryResult};
///
/// #[derive(Debug)]
/// struct Telemetry;
///
/// impl Observer for Telemetry {
///     fn before_try(&self, this: &TryInfo<'_>) -> HeaderMap {
///         // The context of the program's own tracing goes here.
///         let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
///         let name = HeaderName::from_static("traceparent");
///         HeaderMap::from_iter([(name, HeaderValue::from_static(parent))])
///     }
///
///     fn after_try(&self, this: &TryInfo<'_>, result: &TryResult) {
///         println!("{} {:?} in {:?}", this.operation.id, result.status, result.elapsed);
///     }
/// }
/// ```
pub trait Observer: fmt::Debug + Send + Sync {
    /// Called before a request is sent. The headers are sent with it, in place of those of
    /// [`Call::header`](crate::Call::header); the ones that the client sets by itself, such as
    /// `Authorization`, the company and the length, are left out. Default: none.
    fn before_try(&self, this: &TryInfo<'_>) -> HeaderMap {
        let _ = this;
        HeaderMap::new()
    }

    /// Called when a try has ended: when a message has been read to its end, when the headers of a
    /// download have come, or when there is no response. Default: nothing.
    fn after_try(&self, this: &TryInfo<'_>, result: &TryResult) {
        let _ = (this, result);
    }

    /// Called when a call starts to wait: for a permit, or before it is tried again. `this` is the try
    /// that comes next. What is returned is dropped when the wait ends, also if the call is dropped
    /// meanwhile. Default: nothing.
    fn on_wait(&self, this: &TryInfo<'_>, wait: Wait) -> Option<Box<dyn Send>> {
        let _ = (this, wait);
        None
    }

    /// Called when a request is sent, also one for a token; for a try of a call after
    /// [`before_try`](Self::before_try). What is returned is dropped when the request has ended: when a
    /// message has been read to its end, when the headers of a download have come, when there is no
    /// response, or when the call is dropped meanwhile. A program that measures the time in between can
    /// say that the service does not respond. Default: nothing.
    fn on_request(&self, request: &RequestInfo<'_>) -> Option<Box<dyn Send>> {
        let _ = request;
        None
    }
}

/// Which request, of a call or for a token.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RequestInfo<'a> {
    /// The operation; `None` for a token.
    pub operation: Option<&'a Operation>,
    /// The host of the service.
    pub host: &'a str,
    /// The number of the try, from 1.
    pub number: u32,
    /// The highest number that a try may get if this one and all others get no response; `number` where
    /// the client would not send the request again. There may be fewer tries, because the calls of a
    /// client share a limit of their [retries](crate::RetryPolicy::budget) and each has a time limit.
    pub last_number: u32,
    /// How far the request is, now and later.
    pub watch: RequestWatch,
}

/// How far a request is. Cheap to clone; all clones show the same request.
#[derive(Clone, Debug)]
pub struct RequestWatch(Arc<AtomicU8>);

impl RequestWatch {
    pub(crate) fn new(phase: RequestPhase) -> Self {
        Self(Arc::new(AtomicU8::new(phase as u8)))
    }

    pub(crate) fn set(&self, phase: RequestPhase) {
        self.0.store(phase as u8, Ordering::Relaxed);
    }

    /// The present phase.
    #[must_use]
    pub fn phase(&self) -> RequestPhase {
        let phase = self.0.load(Ordering::Relaxed);
        let phases = [RequestPhase::Sending, RequestPhase::Waiting];
        let found = phases.into_iter().find(|known| *known as u8 == phase);
        found.unwrap_or(RequestPhase::Receiving)
    }
}

/// The phases of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestPhase {
    /// The files of a form are sent.
    Sending,
    /// There is no byte of the response. The connection may still be made, and a request without files
    /// may still be sent.
    Waiting,
    /// The response has begun.
    Receiving,
}

/// What a call waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wait {
    /// For a permit of [`Concurrency`](crate::Concurrency), until other calls of the client end; at most
    /// for [`Timeouts::queue`](crate::Timeouts::queue).
    Permit,
    /// For the time of the next try, which the service names or the client chooses.
    NextTry {
        /// How long it waits.
        after: Duration,
        /// The HTTP status of the last try; `None` where there was no response.
        status: Option<u16>,
    },
}

/// Which try of which call.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct TryInfo<'a> {
    /// The operation, with its method and its path.
    pub operation: &'a Operation,
    /// The company that the call is scoped to.
    pub company: Option<&'a CompanyId>,
    /// The id sent as `X-Request-Id`, the same on every try.
    pub request_id: &'a str,
    /// The number of the try, from 1.
    pub number: u32,
}

/// How a try ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TryResult {
    /// The HTTP status; `None` where there was no response.
    pub status: Option<u16>,
    /// What kind of failure it was; `None` for a success. A failure that only the body of a
    /// successful status reports shows later, in the error of the call.
    pub error: Option<ErrorKind>,
    /// From the start of the request to the end of the message, or to the headers of a download, by
    /// the client's clock.
    pub elapsed: Duration,
}

/// Whether a header is the client's own: it is set for each request, or would change where a request
/// goes or how it is read.
pub(crate) fn is_own_header(name: &str) -> bool {
    const OWN: [&str; 12] = [
        "accept-encoding",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "host",
        "proxy-authorization",
        "transfer-encoding",
        "user-agent",
        "x-ir-company-id",
        "x-keepnet-company-id",
        "x-request-id",
    ];
    OWN.contains(&name)
}
