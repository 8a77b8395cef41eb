//! The body of a request, with a copy of its first bytes where a test asks for the content.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};

/// How much of a body is copied, in bytes: more than any JSON body of a test, less than an upload of
/// a large file.
const MAX_COPIED: usize = 1024 * 1024;
/// How much of an unread body is read before the connection is given up, in bytes.
const MAX_DRAINED: usize = 1024 * 1024 * 1024;

/// A body that is being received.
#[derive(Debug)]
pub(crate) struct RequestBody {
    incoming: Incoming,
    copy: Option<BodyCopy>,
}

/// The first bytes of a body.
#[derive(Debug, Default)]
pub(crate) struct BodyCopy {
    pub(crate) bytes: Vec<u8>,
    /// Whether the body has more bytes than the copy.
    pub(crate) is_truncated: bool,
}

impl RequestBody {
    pub(crate) fn new(incoming: Incoming, keeps_copy: bool) -> Self {
        Self {
            incoming,
            copy: keeps_copy.then(BodyCopy::default),
        }
    }

    /// Reads the rest of a body that the operation did not need. If the connection were closed
    /// instead, a client that is still sending would not see the response.
    pub(crate) async fn drain(&mut self) {
        let mut left = MAX_DRAINED;
        while let Some(Ok(frame)) = self.frame().await {
            let read = frame.data_ref().map_or(0, Bytes::len);
            match left.checked_sub(read) {
                Some(rest) => left = rest,
                None => return,
            }
        }
    }

    /// What was copied so far; `None` if nothing is to be copied.
    pub(crate) fn take_copy(&mut self) -> Option<BodyCopy> {
        self.copy.take()
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.incoming).poll_frame(context);
        if let (Some(copy), Poll::Ready(Some(Ok(frame)))) = (&mut self.copy, &polled)
            && let Some(data) = frame.data_ref()
        {
            let left = MAX_COPIED - copy.bytes.len();
            copy.bytes.extend_from_slice(&data[..data.len().min(left)]);
            copy.is_truncated |= data.len() > left;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}
