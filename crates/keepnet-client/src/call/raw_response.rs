//! A response with any status, unread and unjudged.

use std::fmt;

use bytes::{Bytes, BytesMut};
use futures::StreamExt as _;

use super::received::{Received, ReceivedBody, check_success};
use super::response_info::ResponseInfo;
use crate::Error;
use crate::http::HttpBody;

/// What the service sent, whatever its status: for programs that show or store it as it is.
///
/// Of a response with a failing status the first 64 KiB are kept.
pub struct RawResponse(Received);

impl RawResponse {
    pub(super) fn new(received: Received) -> Self {
        Self(received)
    }

    /// Status, headers, request id and tries.
    #[must_use]
    pub fn info(&self) -> &ResponseInfo {
        &self.0.info
    }

    /// The next part of the body; `None` at its end.
    ///
    /// # Errors
    ///
    /// Where the transfer breaks off or stands still.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        let ReceivedBody::Http(body) = &mut self.0.body else {
            return Ok(None);
        };
        match body {
            HttpBody::Whole(body) => Ok(Some(std::mem::take(body)).filter(|it| !it.is_empty())),
            HttpBody::Stream(stream) => stream.next().await.transpose().map_err(|failure| {
                let call = self.0.info.call.clone();
                Error::from_failure(call.operation, Some(call), failure)
            }),
        }
    }

    /// Reads the rest of the body into memory; it stays there for [`check`](Self::check).
    ///
    /// # Errors
    ///
    /// Those of [`chunk`](Self::chunk).
    pub async fn bytes(&mut self) -> Result<Bytes, Error> {
        let mut body = BytesMut::new();
        while let Some(chunk) = self.chunk().await? {
            match body.is_empty() {
                true => body = chunk.into(),
                false => body.extend_from_slice(&chunk),
            }
        }
        let body = body.freeze();
        self.0.body = ReceivedBody::Http(HttpBody::Whole(body.clone()));
        Ok(body)
    }

    /// Whether the service did it, by the status and by what is left of the body.
    ///
    /// # Errors
    ///
    /// The error that the typed call would have ended with.
    pub fn check(&self) -> Result<(), Error> {
        self.0.check_status()?;
        match &self.0.body {
            ReceivedBody::Http(HttpBody::Whole(body)) => {
                check_success(self.0.operation, &self.0.info, body)
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for RawResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RawResponse").field(&self.0.info).finish()
    }
}
