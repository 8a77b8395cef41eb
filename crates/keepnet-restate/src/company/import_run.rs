//! The run of an import in one attempt of the engine, step by step.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::future::BoxFuture;
use keepnet_flows::{
    Error, ErrorKind, LongRunningOperation, Progress, Receipt, Reseller, Result, Resumed, Ticket,
    TryStreamExt as _,
};
use restate_sdk::prelude::HandlerError;
use tokio::sync::{mpsc, oneshot};

use super::engine_tickets::{EngineTickets, WrittenTicket};
use super::import_request::{ImportRequest, of_sheet};
use super::import_step::{ImportStep, KeptTicket};
use super::import_summary::ImportSummary;
use crate::failure::Failure;
use crate::files::Files;

/// After this time, a step that still runs is journalled. It must be shorter than the inactivity
/// time-out of the engine (1 minute by default), which would end the attempt.
const LONGEST_STEP: Duration = Duration::from_secs(30);

/// An import in one attempt of the engine.
///
/// The engine calls a handler again from its start and gives it the results of the steps in its journal.
/// So the import does not run until a step is missing in the journal; then it resumes from the ticket of
/// the last one. Between two steps it stands still until the ticket is in the journal.
pub(super) struct ImportRun {
    reseller: Arc<Reseller>,
    files: Files,
    company_id: String,
    request: ImportRequest,
    running: tokio::sync::Mutex<Option<Running>>,
}

struct Running {
    work: BoxFuture<'static, Result<Receipt>>,
    written: mpsc::Receiver<WrittenTicket>,
    /// To be completed when the last ticket is in the journal.
    journalled: Option<oneshot::Sender<()>>,
    progress: LastProgress,
}

#[derive(Clone, Default)]
struct LastProgress(Arc<Mutex<Option<Progress>>>);

impl ImportRun {
    pub(super) fn new(
        reseller: Arc<Reseller>,
        files: Files,
        company_id: &str,
        request: ImportRequest,
    ) -> ImportRun {
        ImportRun {
            reseller,
            files,
            company_id: company_id.to_owned(),
            request,
            running: tokio::sync::Mutex::new(None),
        }
    }

    /// Runs the import to its next step. `last` is the ticket of the journal, `kept` that of an earlier
    /// request.
    ///
    /// # Errors
    ///
    /// A failure that passes by itself; the engine then starts another attempt.
    pub(super) async fn next(
        &self,
        last: Option<Ticket>,
        kept: Option<KeptTicket>,
    ) -> Result<ImportStep, HandlerError> {
        let mut running = self.running.lock().await;
        let step = async {
            let running = match &mut *running {
                Some(running) => running,
                none => none.insert(self.start(last, kept).await?),
            };
            running.next().await
        };
        match step.await {
            Ok(step) => Ok(step),
            Err(error) => {
                let failure = Failure::of(error)?;
                Ok(ImportStep::Failed { failure })
            }
        }
    }

    async fn start(&self, last: Option<Ticket>, kept: Option<KeptTicket>) -> Result<Running> {
        let company = self.reseller.company(&self.company_id).await?;
        if company.id() != self.company_id {
            // By its name, the same customer would be another object, with another writer.
            let problem = format!("{:?} is a name, and the key must be an id", self.company_id);
            return Err(Error::new(ErrorKind::Invalid, problem)
                .with_hint(format!("call the object {}", company.id())));
        }
        let file = self.files.fetch(&self.request.file).await;
        let ticket = match (last, kept) {
            (Some(last), _) => Some(last),
            (None, Some(kept)) => file.as_ref().ok().and_then(|file| {
                let is_same = self.is_same(&kept, file.path());
                is_same.then_some(*kept.ticket)
            }),
            (None, None) => None,
        };
        let ticket = match ticket {
            // The names of files in its problems are not in the journal.
            Some(ticket) => Some(Ticket::from_json(&ticket.to_json())?),
            None => None,
        };
        let file = match (&ticket, file) {
            // The service has the content of an import that was confirmed.
            (Some(ticket), Err(error))
                if ticket.is_confirmed() && error.kind() == ErrorKind::NotFound =>
            {
                None
            }
            (_, file) => Some(file?),
        };
        let (tickets, written) = EngineTickets::new(ticket.clone());
        let (progress, request) = (LastProgress::default(), self.request.clone());
        let work = {
            let progress = progress.clone();
            async move {
                let path = file.as_ref().map(|file| file.path());
                let preview = match (ticket, path) {
                    (Some(ticket), path) => {
                        let mut resume = company.resume_import(&tickets, &ticket);
                        if let Some(path) = path {
                            resume = resume.file(path);
                        }
                        match progress.follow(resume.start()).await? {
                            Resumed::Preview(preview) => preview,
                            Resumed::Confirmed(import) => return progress.follow(import).await,
                            Resumed::Done(receipt) => return Ok(receipt),
                            _ => {
                                let problem = "this version does not know the rest of the import";
                                return Err(Error::new(ErrorKind::Unsupported, problem));
                            }
                        }
                    }
                    (None, path) => {
                        let path = path.unwrap_or_else(|| std::path::Path::new(""));
                        let import = request.settings(&company, path)?.ticket(&tickets);
                        progress.follow(import.start()).await?
                    }
                };
                progress.follow(preview.confirm()).await
            }
        };
        Ok(Running {
            work: Box::pin(work),
            written,
            journalled: None,
            progress,
        })
    }

    /// Whether the ticket is that of this request and of the content that the file has now.
    fn is_same(&self, kept: &KeptTicket, path: &std::path::Path) -> bool {
        let sha256 = || {
            let sheet = keepnet_flows::Sheet::open(path).map_err(of_sheet)?;
            sheet.sha256().map_err(of_sheet)
        };
        kept.request == self.request && sha256().is_ok_and(|it| it == kept.ticket.file.sha256)
    }
}

impl Running {
    async fn next(&mut self) -> Result<ImportStep> {
        if let Some(journalled) = self.journalled.take() {
            // The import has ended if it does not wait.
            let _ = journalled.send(());
        }
        tokio::select! {
            biased;
            Some(written) = self.written.recv() => {
                self.journalled = Some(written.journalled);
                Ok(ImportStep::Recorded { ticket: Box::new(written.ticket) })
            }
            receipt = &mut self.work => {
                let summary = Box::new(ImportSummary::of(&receipt?));
                Ok(ImportStep::Ended { summary })
            }
            () = tokio::time::sleep(LONGEST_STEP) => {
                Ok(ImportStep::Running { progress: self.progress.get() })
            }
        }
    }
}

impl LastProgress {
    /// Runs an operation to its result.
    async fn follow<T: Send + 'static>(&self, mut operation: LongRunningOperation<T>) -> Result<T> {
        while let Some(progress) = operation.try_next().await? {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(progress);
        }
        operation.await
    }

    fn get(&self) -> Option<Progress> {
        let progress = self.0.lock();
        progress.unwrap_or_else(PoisonError::into_inner).clone()
    }
}
