//! A long-running operation: a stream of its progress, and a future of its result.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use futures::stream::Stream;

use super::{ImportReport, Progress, Receipt};
use crate::{Company, Error, ErrorKind, Result};

/// A long-running operation, such as an import: a stream of [`Progress`], and a future of its result.
///
/// It runs only while it is polled, in either way. After the end of the stream, await it for the
/// result; an error ends the stream as its last item.
#[must_use = "a long-running operation does nothing unless it is polled or awaited"]
pub struct LongRunningOperation<T> {
    work: Option<BoxFuture<'static, Result<T>>>,
    result: Option<Result<T>>,
    reporter: Reporter,
}

/// The end of an operation that its work reports to.
#[derive(Clone, Default)]
pub(crate) struct Reporter(Arc<Shared>);

#[derive(Default)]
struct Shared {
    progress: Mutex<VecDeque<Progress>>,
    ids: SharedIds,
    accepted: OnceLock<ImportReport>,
}

/// The ids that a running import publishes.
#[derive(Default)]
pub(crate) struct SharedIds {
    pub(crate) transaction: OnceLock<String>,
    pub(crate) ticket: OnceLock<String>,
}

impl<T: 'static> LongRunningOperation<T> {
    /// An operation whose errors have this company and action, and the transaction if it is known.
    pub(crate) fn new<W>(
        company: &Company,
        action: String,
        work: impl FnOnce(Reporter) -> W,
    ) -> LongRunningOperation<T>
    where
        W: Future<Output = Result<T>> + Send + 'static,
    {
        let (company, reporter) = (company.clone(), Reporter::default());
        let work = work(reporter.clone());
        let shared = reporter.clone();
        let work = async move {
            work.await.map_err(|error| {
                let error = company.context(action)(error);
                match shared.ids().transaction.get() {
                    Some(transaction) => error.with_transaction(transaction),
                    None => error,
                }
            })
        };
        LongRunningOperation {
            work: Some(Box::pin(work)),
            result: None,
            reporter,
        }
    }

    /// The upload transaction, once the file has been sent.
    pub fn transaction_id(&self) -> Option<&str> {
        self.reporter.ids().transaction.get().map(String::as_str)
    }

    /// The id of the ticket, once it is on disk; see [`ImportUsers::ticket`](super::ImportUsers::ticket).
    pub fn ticket_id(&self) -> Option<&str> {
        self.reporter.ids().ticket.get().map(String::as_str)
    }
}

impl LongRunningOperation<Receipt> {
    /// The report so far, once the service works on the import: it then continues without this
    /// program. The counts of imported rows are not known yet.
    pub fn accepted(&self) -> Option<&ImportReport> {
        self.reporter.0.accepted.get()
    }
}

impl Reporter {
    pub(crate) fn ids(&self) -> &SharedIds {
        &self.0.ids
    }

    /// Publishes the report of an import that the service has accepted.
    pub(crate) fn accepted(&self, report: ImportReport) {
        let _ = self.0.accepted.set(report);
    }

    /// Reports progress, and lets the consumer of the stream see it before the work continues.
    pub(crate) async fn report(&self, progress: Progress) {
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

    fn queue(&self) -> MutexGuard<'_, VecDeque<Progress>> {
        let queue = self.0.progress.lock();
        queue.unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Unpin for LongRunningOperation<T> {}

impl<T> Stream for LongRunningOperation<T> {
    type Item = Result<Progress>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        // Progress in the queue comes before new work. The lock of the queue must be released before
        // the work runs, because the work reports to the queue.
        let is_empty = this.reporter.queue().is_empty();
        if is_empty
            && let Some(work) = &mut this.work
            && let Poll::Ready(result) = work.as_mut().poll(cx)
        {
            this.work = None;
            this.result = Some(result);
        }
        if let Some(progress) = this.reporter.queue().pop_front() {
            return Poll::Ready(Some(Ok(progress)));
        }
        if this.work.is_some() {
            return Poll::Pending;
        }
        // The stream ends; a value stays for the future.
        match this.result.take() {
            Some(Err(error)) => Poll::Ready(Some(Err(error))),
            result => {
                this.result = result;
                Poll::Ready(None)
            }
        }
    }
}

impl<T: Send + 'static> IntoFuture for LongRunningOperation<T> {
    type Output = Result<T>;
    type IntoFuture = BoxFuture<'static, Result<T>>;

    fn into_future(self) -> Self::IntoFuture {
        match (self.result, self.work) {
            (Some(result), _) => Box::pin(std::future::ready(result)),
            (None, Some(work)) => work,
            (None, None) => {
                let problem = "it has failed already; the stream returned the error";
                let error = Error::new(ErrorKind::Invalid, problem)
                    .with_action("awaiting an import")
                    .with_hint("start it again");
                Box::pin(std::future::ready(Err(error)))
            }
        }
    }
}

impl<T: 'static> fmt::Debug for LongRunningOperation<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LongRunningOperation")
            .field("transaction_id", &self.transaction_id())
            .field("ticket_id", &self.ticket_id())
            .finish_non_exhaustive()
    }
}
