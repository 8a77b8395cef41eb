//! How an answer goes out: whole, in pieces, or not at all.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::Response;
use hyper::body::{Body, Frame, SizeHint};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

use crate::fault::{CutOff, Plan, Shaping};

/// A reset overtakes what was sent shortly before it, so that gets so long to arrive.
const ARRIVAL: Duration = Duration::from_millis(10);

/// The body of an answer, in pieces with pauses between them.
#[derive(Debug)]
pub(crate) struct Delivery {
    steps: VecDeque<Step>,
    /// What is still promised, in bytes; more than the steps hold where they break off.
    length: u64,
}

#[derive(Debug)]
enum Step {
    Send(Bytes),
    Pause(Duration),
    Sleeping(Pin<Box<Sleep>>),
    Break,
}

/// The answer breaks off here.
#[derive(Debug, thiserror::Error)]
#[error("a fault ends the connection here")]
pub(crate) struct Broken;

impl Delivery {
    pub(crate) fn whole(bytes: Vec<u8>) -> Self {
        Self::new(Vec::from([Step::Send(bytes.into())]))
    }

    fn new(steps: Vec<Step>) -> Self {
        let length = steps.iter().map(|step| match step {
            Step::Send(bytes) => bytes.len() as u64,
            _ => 0,
        });
        Self {
            length: length.sum(),
            steps: steps.into(),
        }
    }

    /// The body of an answer that goes out whole.
    pub(crate) fn bytes(&self) -> Bytes {
        match self.steps.front() {
            Some(Step::Send(bytes)) => bytes.clone(),
            _ => Bytes::new(),
        }
    }
}

/// Does to an answer what the faults of its call ask for.
pub(crate) fn shape(
    response: Response<Delivery>,
    plan: &Plan,
    reset: &Reset,
) -> Response<Delivery> {
    let mut response = response;
    let whole = response.body().bytes();
    let half = whole.len() / 2;
    let (start, rest) = (whole.slice(..half), whole.slice(half..));
    if plan.cut_off == Some(CutOff::InBody) {
        reset.demand();
        let steps = vec![Step::Send(start), Step::Pause(ARRIVAL), Step::Break];
        *response.body_mut() = Delivery {
            length: whole.len() as u64,
            ..Delivery::new(steps)
        };
    } else {
        match plan.shaping {
            Some(Shaping::Stall(pause)) => {
                let steps = vec![Step::Send(start), Step::Pause(pause), Step::Send(rest)];
                *response.body_mut() = Delivery::new(steps);
            }
            Some(Shaping::Truncate) => {
                *response.body_mut() = Delivery::new(vec![Step::Send(start)]);
            }
            None => {}
        }
    }
    let named = plan.content_type.as_deref().map(HeaderValue::from_str);
    if let Some(Ok(name)) = named {
        response.headers_mut().insert(CONTENT_TYPE, name);
    }
    response
}

impl Body for Delivery {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        loop {
            match self.steps.pop_front() {
                None => return Poll::Ready(None),
                Some(Step::Send(bytes)) if bytes.is_empty() => {}
                Some(Step::Send(bytes)) => {
                    self.length -= bytes.len() as u64;
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
                Some(Step::Break) => return Poll::Ready(Some(Err(Broken))),
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.steps.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}

/// Whether a connection is to end with a reset.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reset(Arc<AtomicBool>);

impl Reset {
    pub(crate) fn demand(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A connection that is closed as its [`Reset`] says.
#[derive(Debug)]
pub(crate) struct Wire {
    stream: TcpStream,
    reset: Reset,
}

impl Wire {
    pub(crate) fn new(stream: TcpStream, reset: Reset) -> Self {
        Self { stream, reset }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        if self.reset.0.load(Ordering::Relaxed) {
            // Closing without lingering sends a reset; were it refused, the peer sees an end.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
