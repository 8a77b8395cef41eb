//! Sends one request and reads its response, under the limits of [`Timeouts`](crate::Timeouts).

use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures::future::{self, Either};
use futures::stream::{Stream, StreamExt as _};
use http::header::LOCATION;
use http::{HeaderMap, Request, Response, Uri};
use url::Url;

use super::content::{RequestContent, ResponseContent};
use super::gzip::GzipDecoder;
use super::response::{HttpBody, HttpResponse};
use super::stall::{Limit, StallDetector};
use super::transport::Transport;
use super::upload_progress::UploadProgress;
use crate::error::{Failure, READ_LIMIT, TimedOut, TransportError};
use crate::{RequestInfo, RequestPhase, Timeouts, Transfer};

/// A message is read whole within its try, so that one that breaks off can be asked for again. The
/// limit counts what is decoded.
const MESSAGE_LIMIT: usize = 64 * 1024 * 1024;
/// How much room an announced length gets at once; what is beyond grows as it comes.
const ROOM_LIMIT: usize = 1024 * 1024;

impl Transport {
    /// Sends a request once, seen by the observer. The body of a file is left to the caller, who reads it under the same
    /// limits; of a failing response the first 64 KiB are read; of any other all, whatever type it
    /// claims to have.
    pub(crate) async fn exchange(
        &self,
        request: Request<RequestContent>,
        info: &RequestInfo<'_>,
        progress: Option<UploadProgress>,
        transfer: Transfer,
        limits: &Timeouts,
    ) -> Result<HttpResponse, Failure> {
        let observer = self.observer.as_ref();
        let _observed = observer.and_then(|observer| observer.on_request(info));
        let clock = &self.clock;
        let limited = || Some(clock.limit(limits.attempt));
        let mut attempt = match transfer {
            Transfer::Message => limited(),
            Transfer::Upload | Transfer::Download => None,
        };
        let uri = request.uri().clone();
        let response = self.head(request, progress, limits, &mut attempt).await?;
        info.watch.set(RequestPhase::Receiving);
        let (head, content) = response.into_parts();
        let (status, mut headers) = (head.status, head.headers);
        let redirect = status
            .is_redirection()
            .then(|| redirect_host(&uri, &headers).unwrap_or_else(|| "an unknown host".to_owned()));
        let is_file = transfer == Transfer::Download && status.is_success();
        // A response to an upload and the reason why a download failed are messages as well.
        if attempt.is_none() && !is_file {
            attempt = limited();
        }
        let decoder = GzipDecoder::of(&mut headers);
        let length = match decoder {
            None => content.length(),
            Some(_) => None,
        };
        let mut body = WatchedBody {
            inner: content,
            decoder,
            stall: StallDetector::new(Arc::clone(clock), limits.stall),
            attempt: attempt.map(|attempt| (limits.attempt, attempt)),
        };
        let body = if is_file {
            HttpBody::Stream(body.boxed())
        } else if status.is_success() {
            HttpBody::Whole(body.message(length).await?)
        } else {
            // The status says why it failed, should the body break off.
            let (start, _) = body.read(READ_LIMIT, None).await;
            HttpBody::Whole(start)
        };
        Ok(HttpResponse {
            status,
            headers,
            redirect,
            body,
        })
    }

    /// Waits for the first byte of the response, which comes with its status and headers.
    async fn head(
        &self,
        request: Request<RequestContent>,
        progress: Option<UploadProgress>,
        limits: &Timeouts,
        attempt: &mut Option<Limit>,
    ) -> Result<Response<ResponseContent>, Failure> {
        let clock = &*self.clock;
        let first = pin!(async {
            match progress {
                Some(progress) => {
                    let (stall, response) = (limits.stall, limits.upload_response);
                    progress.time_out(clock, stall, response).await
                }
                None => {
                    clock.limit(limits.first_byte).await;
                    TimedOut::FirstByte(limits.first_byte)
                }
            }
        });
        let whole = pin!(async {
            match attempt {
                Some(attempt) => attempt.await,
                None => future::pending().await,
            }
            TimedOut::Attempt(limits.attempt)
        });
        let sent = pin!(self.execute(request));
        match future::select(sent, future::select(first, whole)).await {
            Either::Left((response, _)) => response.map_err(Into::into),
            Either::Right((late, _)) => Err(late.factor_first().0.into()),
        }
    }
}

/// Where a redirect leads to: the host alone, for a query could hold anything.
fn redirect_host(uri: &Uri, headers: &HeaderMap) -> Option<String> {
    let location = headers.get(LOCATION)?.to_str().ok()?;
    let target = Url::parse(&uri.to_string()).ok()?.join(location).ok()?;
    Some(target.host_str()?.to_owned())
}

/// The body of a response, which fails when it stands still.
struct WatchedBody {
    inner: ResponseContent,
    decoder: Option<GzipDecoder>,
    stall: StallDetector,
    /// The end of the whole try, where it has one.
    attempt: Option<(Duration, Limit)>,
}

impl WatchedBody {
    /// Reads a message to its end.
    async fn message(&mut self, announced: Option<u64>) -> Result<Bytes, Failure> {
        if announced > Some(MESSAGE_LIMIT as u64) {
            return Err(Failure::TooLarge(MESSAGE_LIMIT));
        }
        let (body, ended) = self.read(MESSAGE_LIMIT + 1, announced).await;
        ended?;
        match body.len() > MESSAGE_LIMIT {
            true => Err(Failure::TooLarge(MESSAGE_LIMIT)),
            false => Ok(body),
        }
    }

    /// Reads at most `limit` bytes, and returns how reading ended.
    async fn read(&mut self, limit: usize, announced: Option<u64>) -> (Bytes, Result<(), Failure>) {
        // Most bodies come in one part, which needs no copy.
        let mut first = Bytes::new();
        let mut body = Vec::new();
        let ended = loop {
            match self.next().await {
                Some(Ok(part)) if first.is_empty() && part.len() < limit => first = part,
                Some(Ok(part)) => {
                    if body.is_empty() {
                        // A body that grows is copied again and again.
                        let room = announced.and_then(|length| usize::try_from(length).ok());
                        body.reserve_exact(room.unwrap_or(0).min(ROOM_LIMIT));
                        body.extend_from_slice(&first);
                    }
                    let room = limit - body.len();
                    body.extend_from_slice(&part[..part.len().min(room)]);
                    if body.len() == limit {
                        break Ok(());
                    }
                }
                Some(Err(failure)) => break Err(failure),
                None => break Ok(()),
            }
        };
        (if body.is_empty() { first } else { body.into() }, ended)
    }
}

impl Stream for WatchedBody {
    type Item = Result<Bytes, Failure>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let body = self.get_mut();
        loop {
            match body.decoder.as_mut().map(GzipDecoder::next) {
                None | Some(Ok(None)) => {}
                Some(decoded) => return Poll::Ready(decoded.map_err(undecodable).transpose()),
            }
            body.stall.resume();
            let Poll::Ready(part) = body.inner.poll_next_unpin(cx) else {
                break;
            };
            if let Some(Ok(part)) = &part {
                body.stall.moved(part.len(), cx);
            }
            match (part.transpose()?, &mut body.decoder) {
                (Some(encoded), Some(decoder)) => decoder.add(encoded),
                (None, Some(decoder)) => {
                    return Poll::Ready(decoder.finish().map_err(undecodable).transpose());
                }
                (part, None) => return Poll::Ready(part.map(Ok)),
            }
        }
        if let Some((limit, attempt)) = &mut body.attempt
            && attempt.as_mut().poll(cx).is_ready()
        {
            return Poll::Ready(Some(Err(TimedOut::Attempt(*limit).into())));
        }
        let stalled = body.stall.poll_stalled(cx);
        stalled.map(|stalled| Some(Err(stalled.into())))
    }
}

fn undecodable(error: io::Error) -> Failure {
    TransportError::response(error).into()
}
