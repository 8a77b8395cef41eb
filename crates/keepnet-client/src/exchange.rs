//! One request and its answer, under the limits of [`Timeouts`](crate::Timeouts).

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures::future::{self, Either};
use futures::stream::{Stream, StreamExt as _};
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Body, Request, Response, ResponseBuilderExt as _};

use crate::error::READ_LIMIT;
use crate::error::{Failure, TimedOut};
use crate::form::Progress;
use crate::transport::Transport;
use crate::{Clock, Transfer};

/// A message is read whole within its try, so that one that breaks off can be asked for again.
pub(crate) const MESSAGE_LIMIT: usize = 64 * 1024 * 1024;
/// A consumer that stays away longer between two parts of a body is not waiting for it. At one byte
/// a second, shorter pauses cannot hide that a body moves.
const ABSENCE: Duration = Duration::from_secs(1);

type Limit = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Transport {
    /// Sends a request once. Of a failing answer the first 64 KiB are read, of a JSON message all;
    /// any other body is left to the caller, who reads it under the same limits.
    pub(crate) async fn exchange(
        &self,
        request: Request,
        progress: Option<Progress>,
        transfer: Transfer,
    ) -> Result<Response, Failure> {
        let (clock, limits) = (&self.clock, &self.timeouts);
        let patient = transfer != Transfer::Message || request.timeout().is_some();
        let mut attempt = (!patient).then(|| clock.limit(limits.attempt));
        let mut answer = self.head(request, progress, &mut attempt).await?;
        let status = answer.status();
        let message = transfer != Transfer::Download && is_json(answer.headers());
        if status.is_success() && message && answer.content_length() > Some(MESSAGE_LIMIT as u64) {
            return Err(Failure::TooLarge(MESSAGE_LIMIT));
        }
        // What an upload was answered, and why a download failed, are messages as well.
        if patient && (message || !status.is_success()) {
            attempt = Some(clock.limit(limits.attempt));
        }
        let whole = message && status.is_success();
        // A redirect may be relative to the URL; and a response that has none parses a placeholder.
        let located = http::Response::builder().url(answer.url().clone());
        let mut head = located.body(()).unwrap_or_default();
        *head.status_mut() = status;
        *head.headers_mut() = std::mem::take(answer.headers_mut());
        let mut body = Watched {
            inner: answer.bytes_stream(),
            quiet: Quiet::new(Arc::clone(clock), limits.stall),
            attempt: attempt.map(|attempt| (limits.attempt, attempt)),
        };
        if !status.is_success() {
            // Why it failed is known from the status, should the body break off.
            let (start, _) = body.read(READ_LIMIT).await;
            return Ok(head.map(|()| start).into());
        }
        if !whole {
            return Ok(head.map(|()| Body::wrap_stream(body)).into());
        }
        let (body, ended) = body.read(MESSAGE_LIMIT + 1).await;
        ended?;
        if body.len() > MESSAGE_LIMIT {
            return Err(Failure::TooLarge(MESSAGE_LIMIT));
        }
        Ok(head.map(|()| body).into())
    }

    /// Waits for the first byte of the answer, which comes with its status and headers.
    async fn head(
        &self,
        request: Request,
        progress: Option<Progress>,
        attempt: &mut Option<Limit>,
    ) -> Result<Response, Failure> {
        let (clock, limits) = (&*self.clock, &self.timeouts);
        let first = pin!(async {
            let (stall, answer) = (limits.stall, limits.upload_answer);
            match progress {
                Some(progress) => progress.standstill(clock, stall, answer).await,
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
        let sent = pin!(self.http.execute(request));
        match future::select(sent, future::select(first, whole)).await {
            Either::Left((answer, _)) => answer.map_err(Failure::transport),
            Either::Right((late, _)) => Err(late.factor_first().0.into()),
        }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .map(|value| value.as_bytes().windows(4))
        .is_some_and(|mut parts| parts.any(|part| part.eq_ignore_ascii_case(b"json")))
}

/// The body of an answer, which fails when it stands still.
struct Watched<S> {
    inner: S,
    quiet: Quiet,
    /// The end of the whole try, where it has one.
    attempt: Option<(Duration, Limit)>,
}

impl<S: Stream<Item = reqwest::Result<Bytes>> + Unpin> Watched<S> {
    /// Reads at most `limit` bytes, and tells how reading ended.
    async fn read(&mut self, limit: usize) -> (Bytes, Result<(), Failure>) {
        // Most bodies come in one part, which needs no copy.
        let mut first = Bytes::new();
        let mut body = Vec::new();
        let ended = loop {
            match self.next().await {
                Some(Ok(part)) if first.is_empty() && part.len() < limit => first = part,
                Some(Ok(part)) => {
                    if body.is_empty() {
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

impl<S: Stream<Item = reqwest::Result<Bytes>> + Unpin> Stream for Watched<S> {
    type Item = Result<Bytes, Failure>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let body = self.get_mut();
        body.quiet.resume();
        if let Poll::Ready(part) = body.inner.poll_next_unpin(cx) {
            if let Some(Ok(part)) = &part {
                body.quiet.moved(part.len(), cx);
            }
            return Poll::Ready(part.map(|part| part.map_err(Failure::transport)));
        }
        if let Some((limit, attempt)) = &mut body.attempt
            && attempt.as_mut().poll(cx).is_ready()
        {
            return Poll::Ready(Some(Err(TimedOut::Attempt(*limit).into())));
        }
        let stalled = body.quiet.poll_stalled(cx);
        stalled.map(|stalled| Some(Err(stalled.into())))
    }
}

/// Tells a body that moves from one that stands still: while someone waits for it, each period of
/// `limit` must bring one byte a second.
struct Quiet {
    clock: Arc<dyn Clock>,
    limit: Duration,
    /// The period, which begins when nothing is there to be read.
    period: Option<Limit>,
    /// What came within the period.
    moved: u64,
    /// When the last part was handed to the consumer.
    handed: Option<SystemTime>,
}

impl Quiet {
    fn new(clock: Arc<dyn Clock>, limit: Duration) -> Self {
        Self {
            clock,
            limit,
            period: None,
            moved: 0,
            handed: None,
        }
    }

    /// The consumer asks for more. Where it has been away, the time until now is its own.
    fn resume(&mut self) {
        if let Some(handed) = self.handed.take() {
            let away = self.clock.now().duration_since(handed).unwrap_or_default();
            if away > ABSENCE {
                self.restart();
            }
        }
    }

    fn moved(&mut self, bytes: usize, cx: &mut Context<'_>) {
        let Some(period) = &mut self.period else {
            return;
        };
        self.moved += bytes as u64;
        // A period that ended unseen went by while the consumer looked elsewhere.
        if self.moved >= least(self.limit) || period.as_mut().poll(cx).is_ready() {
            self.restart();
        } else {
            self.handed = Some(self.clock.now());
        }
    }

    fn poll_stalled(&mut self, cx: &mut Context<'_>) -> Poll<TimedOut> {
        let period = self
            .period
            .get_or_insert_with(|| self.clock.limit(self.limit));
        period
            .as_mut()
            .poll(cx)
            .map(|()| TimedOut::Stalled(self.limit))
    }

    fn restart(&mut self) {
        self.period = None;
        self.moved = 0;
    }
}

/// How many bytes a transfer that does not stand still moves in this time.
pub(crate) fn least(limit: Duration) -> u64 {
    limit.as_secs().max(1)
}
