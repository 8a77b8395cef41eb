//! A hook around each try and each wait of a call: metrics, and headers such as `traceparent`.

use std::fmt;
use std::time::Duration;

use http::header::HeaderMap;

use crate::{CompanyId, ErrorKind, Operation};

/// Sees each try and each wait of each call, set with
/// [`ClientConfig::observer`](crate::ClientConfig::observer).
///
/// The methods run within the call, between its steps: they must not block. Requests for a token are
/// not tries of a call and do not pass here. A call that is dropped ends without a last
/// [`after_try`](Self::after_try).
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
