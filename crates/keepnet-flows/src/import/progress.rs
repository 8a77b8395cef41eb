//! How far a long job is.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use futures::stream::Stream;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};

/// How far an import is. Displayed as a line for people, such as `mapping 1200/5000`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// How many rows of this stage are done.
    pub done: u64,
    /// How many rows this stage has; null where that is not known, or no matter.
    pub total: Option<u64>,
}

/// What an import is doing, in the order in which it is done.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Stage {
    /// The rows are read and checked, here.
    Checking,
    /// The file is sent.
    Uploading,
    /// The service sorts the rows into new, existing and invalid ones.
    Mapping,
    /// The rows that the service does not accept are fetched.
    Previewing,
    /// The import is being asked for, and its job looked for.
    Starting,
    /// The service writes the users.
    Importing,
    /// The users are counted again.
    Verifying,
}

impl Progress {
    pub(crate) fn at(stage: Stage) -> Progress {
        Progress {
            stage,
            done: 0,
            total: None,
        }
    }

    pub(crate) fn of(stage: Stage, done: u64, total: u64) -> Progress {
        Progress {
            stage,
            done: done.min(total),
            total: Some(total),
        }
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.stage)?;
        match self.total {
            Some(total) => write!(f, " {}/{total}", self.done),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stage::Checking => "checking the rows",
            Stage::Uploading => "uploading",
            Stage::Mapping => "mapping",
            Stage::Previewing => "reading the rejected rows",
            Stage::Starting => "starting the import",
            Stage::Importing => "importing",
            Stage::Verifying => "counting the users",
        })
    }
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
                "awaiting an import",
                None,
                "it has failed already, as its stream told",
            )
            .advise("start it anew")),
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
