//! The run of an import or a synchronization in one attempt of the engine, step by step.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use keepnet_flows::{Company, Error, ErrorKind, Reseller, Result, StoredTicket};
use restate_sdk::prelude::HandlerError;
use tokio::sync::{mpsc, oneshot};

use super::engine_tickets::WrittenTicket;
use super::step::{KeptTicket, Step};
use super::work::{Attempt, LastProgress, Work};
use super::writers::Writers;
use crate::failure::Failure;
use crate::files::Files;

/// After this time, a step that still runs is journalled. It must be shorter than the inactivity
/// time-out of the engine (1 minute by default), which would end the attempt.
const LONGEST_STEP: Duration = Duration::from_secs(30);

/// What all work of a worker shares.
#[derive(Clone)]
pub(in crate::company) struct Shared {
    pub(in crate::company) reseller: Arc<Reseller>,
    pub(in crate::company) files: Files,
    pub(in crate::company) writers: Writers,
}

/// Work in one attempt of the engine.
///
/// The engine calls a handler again from its start and gives it the results of the steps in its journal.
/// So the work does not run until a step is missing in the journal; then it resumes from the ticket of
/// the last one. Between two steps it stands still until the ticket is in the journal.
pub(in crate::company) struct WorkRun<W: Work> {
    shared: Shared,
    company_id: String,
    request: W,
    running: tokio::sync::Mutex<Option<Running<W>>>,
}

struct Running<W: Work> {
    work: BoxFuture<'static, Result<W::Summary>>,
    written: mpsc::Receiver<WrittenTicket<W::Ticket>>,
    /// The last ticket that is in the journal, or on its way.
    last: Option<W::Ticket>,
    /// To be completed when the last ticket is in the journal.
    journalled: Option<oneshot::Sender<()>>,
    progress: LastProgress,
}

impl<W: Work> WorkRun<W> {
    pub(in crate::company) fn new(shared: Shared, company_id: &str, request: W) -> WorkRun<W> {
        WorkRun {
            shared,
            company_id: company_id.to_owned(),
            request,
            running: tokio::sync::Mutex::new(None),
        }
    }

    /// Runs the work to its next step. `last` is the ticket of the journal, `kept` that of an earlier
    /// request.
    ///
    /// # Errors
    ///
    /// A failure that passes by itself; the engine then starts another attempt.
    pub(in crate::company) async fn next(
        &self,
        last: Option<W::Ticket>,
        kept: Option<KeptTicket<W, W::Ticket>>,
    ) -> Result<Step<W::Summary>, HandlerError> {
        let mut running = self.running.lock().await;
        let running = running.get_or_insert_with(|| self.start(last, kept));
        match running.next().await {
            Ok(step) => Ok(step),
            Err(error) => {
                let failure = Failure::of(error)?;
                Ok(Step::Failed { failure })
            }
        }
    }

    fn start(&self, last: Option<W::Ticket>, kept: Option<KeptTicket<W, W::Ticket>>) -> Running<W> {
        let (sender, written) = mpsc::channel(1);
        let progress = LastProgress::default();
        let attempt = Attempt {
            last: last.clone(),
            kept,
            progress: progress.clone(),
            written: sender,
        };
        let (shared, request) = (self.shared.clone(), self.request.clone());
        let company_id = self.company_id.clone();
        let work = async move {
            let _writer = shared.writers.wait_for(&company_id).await;
            let company = shared.open(&company_id).await?;
            request.run(company, shared.files.clone(), attempt).await
        };
        Running {
            work: Box::pin(work),
            written,
            last,
            journalled: None,
            progress,
        }
    }
}

impl Shared {
    pub(in crate::company) async fn open(&self, company_id: &str) -> Result<Company> {
        let company = self.reseller.company(company_id).await?;
        if company.id() != company_id {
            // By its name, the same customer would be another object, with another writer.
            let problem = format!("{company_id:?} is a name, and the key must be an id");
            return Err(Error::new(ErrorKind::Invalid, problem)
                .with_hint(format!("call the object {}", company.id())));
        }
        Ok(company)
    }
}

impl<W: Work> Running<W> {
    async fn next(&mut self) -> Result<Step<W::Summary>> {
        if let Some(journalled) = self.journalled.take() {
            // The work has ended if it does not wait.
            let _ = journalled.send(());
        }
        tokio::select! {
            biased;
            Some(written) = self.written.recv() => {
                let ticket = W::to_journal(&written.ticket, self.last.as_ref()).map_err(|error| {
                    let problem = "the ticket cannot be journalled";
                    Error::new(ErrorKind::Protocol, problem).with_source(error)
                })?;
                self.journalled = Some(written.journalled);
                self.last = Some(written.ticket);
                Ok(Step::Recorded { ticket })
            }
            summary = &mut self.work => {
                let summary = Box::new(summary?);
                Ok(Step::Ended { summary })
            }
            () = tokio::time::sleep(LONGEST_STEP) => {
                Ok(Step::Running { progress: self.progress.get() })
            }
        }
    }
}

/// The ticket of a journal or a state as its text gives it: what only a running flow knows is not in it.
pub(in crate::company) fn restored<T: StoredTicket>(ticket: T) -> Result<T> {
    T::parse(ticket.to_json()?.as_bytes(), &"the journal of the engine")
}
