//! Work with a result, which can be watched while it goes on.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use futures::stream::Stream;

use super::progress::Progress;
use crate::error::{Error, ErrorKind, Result};

/// What is known of a running import from outside of it, once it is.
#[derive(Clone, Default)]
pub(super) struct Known {
    pub(super) transaction: Arc<OnceLock<String>>,
    pub(super) ticket: Arc<OnceLock<String>>,
}

/// Where the work says how far it is.
#[derive(Clone, Default)]
pub(super) struct Reporter(Arc<Mutex<VecDeque<Progress>>>);

impl Reporter {
    /// Says it, and gives whoever watches the time to see it before the work goes on.
    pub(super) async fn say(&self, progress: Progress) {
        self.queue().push_back(progress);
        let mut yielded = false;
        std::future::poll_fn(|cx| {
            if std::mem::replace(&mut yielded, true) {
                return Poll::Ready(());
            }
            cx.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    fn queue(&self) -> std::sync::MutexGuard<'_, VecDeque<Progress>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Work with a result, which can be watched while it goes on. It goes on only while it is polled,
/// as a stream or as a future.
pub(super) struct Watched<T> {
    work: Option<BoxFuture<'static, Result<T>>>,
    reporter: Reporter,
    outcome: Option<Result<T>>,
}

impl<T> Watched<T> {
    pub(super) fn new<W>(work: impl FnOnce(Reporter) -> W) -> Watched<T>
    where
        W: Future<Output = Result<T>> + Send + 'static,
    {
        let reporter = Reporter::default();
        Watched {
            work: Some(Box::pin(work(reporter.clone()))),
            reporter,
            outcome: None,
        }
    }

    pub(super) fn poll_progress(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Progress>>> {
        if let Some(progress) = self.reporter.queue().pop_front() {
            return Poll::Ready(Some(Ok(progress)));
        }
        if let Some(work) = &mut self.work
            && let Poll::Ready(outcome) = work.as_mut().poll(cx)
        {
            self.work = None;
            self.outcome = Some(outcome);
        }
        if let Some(progress) = self.reporter.queue().pop_front() {
            return Poll::Ready(Some(Ok(progress)));
        }
        match (&self.work, &self.outcome) {
            (Some(_), _) => Poll::Pending,
            (None, Some(Err(_))) => Poll::Ready(match self.outcome.take() {
                Some(Err(error)) => Some(Err(error)),
                _ => None,
            }),
            (None, _) => Poll::Ready(None),
        }
    }

    pub(super) async fn finish(mut self) -> Result<T> {
        match (self.outcome.take(), self.work.take()) {
            (Some(outcome), _) => outcome,
            (None, Some(work)) => work.await,
            (None, None) => Err(Error::new(
                ErrorKind::Invalid,
                "it has failed already, as its stream told",
            )
            .with_action("awaiting an import")
            .with_hint("start it anew")),
        }
    }
}

impl<T> Unpin for Watched<T> {}

impl<T> Stream for Watched<T> {
    type Item = Result<Progress>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_progress(cx)
    }
}
