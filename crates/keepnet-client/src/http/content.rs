//! What requests and responses carry.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures::Stream;
use http_body_util::combinators::BoxBody;
use http_body_util::{Either, Full};
use hyper::body::{Body, Incoming};

use crate::error::{TransportError, UnreadableFile};

/// A message in memory, or a form that is read from its files.
pub(crate) type RequestContent = Either<Full<Bytes>, BoxBody<Bytes, UnreadableFile>>;

/// The content of a response, as it comes.
pub(super) enum ResponseContent {
    Own(Incoming),
    #[cfg(feature = "reqwest")]
    Prepared(reqwest::Body),
}

impl ResponseContent {
    /// The number of bytes that the service announces.
    pub(super) fn length(&self) -> Option<u64> {
        match self {
            Self::Own(body) => body.size_hint().exact(),
            #[cfg(feature = "reqwest")]
            Self::Prepared(body) => body.size_hint().exact(),
        }
    }
}

impl Stream for ResponseContent {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let content = self.get_mut();
        loop {
            let frame = match content {
                Self::Own(body) => {
                    let frame = std::task::ready!(Pin::new(body).poll_frame(cx));
                    frame.map(|frame| frame.map_err(TransportError::response))
                }
                #[cfg(feature = "reqwest")]
                Self::Prepared(body) => {
                    let frame = std::task::ready!(Pin::new(body).poll_frame(cx));
                    frame.map(|frame| frame.map_err(TransportError::prepared))
                }
            };
            match frame {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(frame)) => {
                    // Trailers mean nothing here.
                    if let Ok(data) = frame.into_data() {
                        return Poll::Ready(Some(Ok(data)));
                    }
                }
            }
        }
    }
}
