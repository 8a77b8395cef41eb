//! The body of a response: complete, delayed, cut short or aborted.

use std::collections::VecDeque;
use std::io::Write as _;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::Response;
use hyper::body::{Body, Frame, SizeHint};
use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue};
use tokio::time::Sleep;

use super::request::header;
use crate::fault::{BodyFault, FaultEffects, ResetPoint};

/// The time between the last bytes and a reset. A reset discards what the peer has not read yet, so
/// the bytes need time to arrive.
const TIME_TO_ARRIVE: Duration = Duration::from_millis(10);
/// The time between the parts of a body that never ends: it moves, but fills no memory.
const BETWEEN_SPACES: Duration = Duration::from_millis(10);

/// The body of a response, in pieces with pauses between them.
#[derive(Debug)]
pub(crate) struct ResponseBody {
    steps: VecDeque<Step>,
    /// The announced bytes that are not sent yet; more than the steps contain if the body is
    /// aborted. `None` if no length is announced.
    remaining: Option<u64>,
}

#[derive(Debug)]
enum Step {
    Send(Bytes),
    Pause(Duration),
    Sleeping(Pin<Box<Sleep>>),
    Abort,
    /// Send bytes again and again.
    Repeat,
}

/// The error with which a fault ends the connection.
#[derive(Debug, thiserror::Error)]
#[error("an injected fault ends the connection")]
pub(crate) struct ConnectionAborted;

impl ResponseBody {
    pub(crate) fn complete(bytes: Vec<u8>) -> Self {
        Self {
            remaining: Some(bytes.len() as u64),
            steps: VecDeque::from([Step::Send(bytes.into())]),
        }
    }

    /// The bytes of a complete body.
    pub(crate) fn bytes(&self) -> Bytes {
        match self.steps.front() {
            Some(Step::Send(bytes)) => bytes.clone(),
            _ => Bytes::new(),
        }
    }
}

/// Compresses a response for a client that accepts it.
pub(crate) fn compress(
    response: Response<ResponseBody>,
    request_headers: &HeaderMap,
) -> Response<ResponseBody> {
    let bytes = response.body().bytes();
    if bytes.is_empty() || !header(request_headers, "accept-encoding").contains("gzip") {
        return response;
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let encoded = encoder.write_all(&bytes).and_then(|()| encoder.finish());
    // Writing to memory does not fail.
    let Ok(encoded) = encoded else {
        return response;
    };
    let (mut head, _) = response.into_parts();
    let coding = HeaderValue::from_static("gzip");
    head.headers.insert(CONTENT_ENCODING, coding);
    Response::from_parts(head, ResponseBody::complete(encoded))
}

/// Applies the faults of a call that concern its response.
pub(crate) fn apply_body_faults(
    mut response: Response<ResponseBody>,
    effects: &FaultEffects,
    reset: &ResetSignal,
) -> Response<ResponseBody> {
    let bytes = response.body().bytes();
    let mut rest = bytes.clone();
    let start = rest.split_to(bytes.len() / 2);
    let start_length = start.len();
    let body = response.body_mut();
    match (effects.reset, effects.body) {
        (Some(ResetPoint::Body), _) => {
            reset.request();
            body.steps = [Step::Send(start), Step::Pause(TIME_TO_ARRIVE), Step::Abort].into();
        }
        (_, Some(BodyFault::Stall(pause))) => {
            body.steps = [Step::Send(start), Step::Pause(pause), Step::Send(rest)].into();
        }
        (_, Some(BodyFault::Truncate)) => {
            body.steps = [Step::Send(start)].into();
            body.remaining = Some(start_length as u64);
        }
        (_, Some(BodyFault::Endless)) => {
            body.steps = [Step::Send(bytes), Step::Repeat].into();
            body.remaining = None;
        }
        (_, None) => {}
    }
    let content_type = effects.content_type.as_deref().map(HeaderValue::from_str);
    if let Some(Ok(content_type)) = content_type {
        response.headers_mut().insert(CONTENT_TYPE, content_type);
    }
    response
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = ConnectionAborted;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, ConnectionAborted>>> {
        loop {
            match self.steps.pop_front() {
                None => return Poll::Ready(None),
                Some(Step::Send(bytes)) if bytes.is_empty() => {}
                Some(Step::Send(bytes)) => {
                    if let Some(remaining) = &mut self.remaining {
                        *remaining -= bytes.len() as u64;
                    }
                    return Poll::Ready(Some(Ok(Frame::data(bytes))));
                }
                Some(Step::Pause(pause)) => {
                    let sleep = Box::pin(tokio::time::sleep(pause));
                    self.steps.push_front(Step::Sleeping(sleep));
                }
                Some(Step::Sleeping(mut sleep)) => {
                    if sleep.as_mut().poll(context).is_pending() {
                        self.steps.push_front(Step::Sleeping(sleep));
                        return Poll::Pending;
                    }
                }
                Some(Step::Repeat) => {
                    let spaces = Bytes::from_static(&[b' '; 1024]);
                    self.steps = [
                        Step::Pause(BETWEEN_SPACES),
                        Step::Send(spaces),
                        Step::Repeat,
                    ]
                    .into();
                }
                Some(Step::Abort) => return Poll::Ready(Some(Err(ConnectionAborted))),
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.steps.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        self.remaining
            .map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

/// Whether a connection is to end with a reset instead of a regular close.
#[derive(Clone, Debug, Default)]
pub(crate) struct ResetSignal(Arc<AtomicBool>);

impl ResetSignal {
    pub(crate) fn request(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_requested(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
