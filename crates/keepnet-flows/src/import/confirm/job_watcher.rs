//! An import that was requested, on its way to the receipt.

use std::time::Duration;

use keepnet_staff_list::Validation;

use super::own_job::{Candidate, Candidates, people};
use super::sample::SampledEmails;
use crate::import::{
    Confirmation, Journal, LongRunningOperation, Preview, Progress, Receipt, Reporter, Stage,
    TicketStep,
};
use crate::jobs::{FetchedJob, is_not_found};
use crate::polling::Polling;
use crate::{Company, Error, ErrorKind, Result};

/// How long it may take until the job of an import appears in the list of jobs.
const JOB_APPEARANCE: Duration = Duration::from_secs(60);
/// How often the list of jobs is read again because it has changed while a job was watched.
const MOST_CHANGES: usize = 20;

const STARTED: &str = "the import has started and continues in the service: check the jobs of the company before you import again";

/// An import that was requested, and whose job is to be found and watched.
pub(crate) struct JobWatcher {
    pub(crate) company: Company,
    pub(crate) journal: Journal,
    pub(crate) confirmation: Confirmation,
    /// The valid rows of the file, to find those that the service fails to import; `None` if the
    /// import was resumed without its file.
    pub(crate) validation: Option<Validation>,
    /// The addresses of the sampled rows; none if the import was resumed without its file.
    pub(crate) emails: SampledEmails,
    /// Whether the service has certainly accepted the request.
    pub(crate) is_accepted: bool,
    pub(crate) reporter: Reporter,
}

impl JobWatcher {
    pub(super) fn new(
        preview: Preview,
        confirmation: Confirmation,
        emails: SampledEmails,
        reporter: Reporter,
    ) -> JobWatcher {
        JobWatcher {
            company: preview.company,
            journal: preview.journal,
            confirmation,
            validation: Some(preview.validation),
            emails,
            is_accepted: false,
            reporter,
        }
    }

    /// The rest of an import that the service has accepted, as an operation of its own. `job` is the
    /// job that was watched before.
    pub(crate) fn resume_accepted(self, job: Option<String>) -> LongRunningOperation<Receipt> {
        self.start(|watcher| watcher.finish_accepted(job))
    }

    /// The rest of an import that was certainly executed, by this job if it is known.
    pub(crate) fn resume_recovered(self, job: Option<String>) -> LongRunningOperation<Receipt> {
        self.start(|watcher| watcher.finish_recovered(job))
    }

    fn start<W>(mut self, work: impl FnOnce(JobWatcher) -> W) -> LongRunningOperation<Receipt>
    where
        W: Future<Output = Result<Receipt>> + Send + 'static,
    {
        let company = self.company.clone();
        LongRunningOperation::new(&company, self.journal.ticket.action(), |reporter| {
            let transaction = &self.confirmation.transaction;
            self.journal.publish_ids(reporter.ids(), transaction);
            self.reporter = reporter;
            work(self)
        })
    }

    /// Continues directly after the response of the service, which may name the job.
    pub(super) async fn finish_just_accepted(mut self, named: Option<String>) -> Result<Receipt> {
        if let Some(job) = named {
            match FetchedJob::fetch(&self.company, &job).await {
                Ok(_) => self.confirmation.named_job = Some(job),
                // The id in the response is not that of a job; the list of jobs has it.
                Err(error) if is_not_found(&error) => {}
                Err(error) => return Err(error.with_hint(STARTED)),
            }
        }
        let step = TicketStep::Accepted(Box::new(self.confirmation.clone()));
        self.journal.record_if_possible(step).await;
        self.finish_accepted(None).await
    }

    /// Continues after the service has accepted the import. `watched` is the job that was watched
    /// before, in case that the service lists it no more.
    async fn finish_accepted(mut self, watched: Option<String>) -> Result<Receipt> {
        self.is_accepted = true;
        if let Some(job) = self.confirmation.named_job.clone() {
            return self.finish_recovered(Some(job)).await;
        }
        let found = self.find_candidates().await.map_err(started)?;
        let mut ended = self.watch_candidates(found).await.map_err(started)?;
        if ended.is_empty()
            && let Some(id) = watched
        {
            let job = self.watch_to_the_end(&id).await.map_err(started)?;
            ended.push(Candidate { id, job });
        }
        match ended.pop() {
            None => {
                let receipt = self.receipt_without_job().await?;
                Ok(self.finish(receipt).await)
            }
            Some(only) if ended.is_empty() => self.finish_with(only, false).await,
            Some(last) => {
                ended.push(last);
                self.finish_with_one_of(&ended).await
            }
        }
    }

    /// Continues with the job of the import, or without one if it is certain that people were imported.
    pub(super) async fn finish_recovered(mut self, job: Option<String>) -> Result<Receipt> {
        self.is_accepted = true;
        let Some(id) = job else {
            let receipt = self.receipt_of(None).await;
            return Ok(self.finish(receipt).await);
        };
        self.record_started(&id).await;
        let job = self.watch_to_the_end(&id).await.map_err(started)?;
        self.finish_with(Candidate { id, job }, true).await
    }

    /// Ends with the only job that may be that of the import. If it is not certain that it is, the
    /// people must not be missing.
    async fn finish_with(mut self, own: Candidate, is_certain: bool) -> Result<Receipt> {
        let Candidate { id, job } = own;
        if job.has_failed() {
            let step = TicketStep::Failed {
                job: id.clone(),
                confirmation: Box::new(self.confirmation.clone()),
            };
            self.journal.record_if_possible(step).await;
            let message = job.detail.job.message.as_deref();
            let message = message.map(|text| format!(": {text}")).unwrap_or_default();
            let problem = format!("the import job {id} failed{message}");
            return Err(Error::new(ErrorKind::JobFailed, problem).with_hint(
                "some people may have been imported: count the users, then import the file again",
            ));
        }
        let receipt = self.receipt_of(Some((id.clone(), &job))).await;
        if !is_certain && receipt.lacks_new_people() {
            return Err(outcome_unknown(format!(
                "job {id} took as many rows as were confirmed, but none of the new people who were looked for is in the company"
            )));
        }
        Ok(self.finish(receipt).await)
    }

    /// Ends without knowing which of the jobs is that of the import, which does not matter if all of
    /// them have imported all of their rows.
    async fn finish_with_one_of(self, jobs: &[Candidate]) -> Result<Receipt> {
        let receipt = self.receipt_of(None).await;
        if jobs.iter().all(|it| self.is_clean(&it.job)) && !receipt.lacks_new_people() {
            return Ok(self.finish(receipt).await);
        }
        Err(several_jobs(jobs))
    }

    /// The jobs that may be that of the import, once each shows whether it may be. It is empty if none
    /// appears within a minute.
    pub(super) async fn find_candidates(&self) -> Result<Candidates> {
        let stall_timeout = self.stall_timeout();
        let mut appearing = Polling::new(
            self.company.raw().client(),
            JOB_APPEARANCE.min(stall_timeout),
        );
        let mut queued = Polling::new(self.company.raw().client(), stall_timeout);
        loop {
            let found = self.fetch_candidates().await?;
            if found.undecided.is_empty() && !found.best.is_empty() {
                return Ok(found);
            }
            let stage = self.stage_if_accepted(Stage::Starting);
            self.reporter.report(Progress::at(stage)).await;
            if found.undecided.is_empty() {
                if appearing.wait((), String::new).await.is_err() {
                    return Ok(found);
                }
            } else {
                if self.is_accepted {
                    self.reporter
                        .accepted(self.blank_receipt().report_started());
                }
                let jobs = || format!("the import (job {})", found.ids().join(", "));
                queued.wait(found.undecided.clone(), jobs).await?;
            }
        }
    }

    async fn fetch_candidates(&self) -> Result<Candidates> {
        let validation = self.validation.as_ref();
        Candidates::fetch(&self.company, &self.confirmation, validation).await
    }

    /// Watches the jobs until all have ended, and those that have come meanwhile.
    pub(super) async fn watch_candidates(&mut self, found: Candidates) -> Result<Vec<Candidate>> {
        let mut found = found;
        for _ in 0..MOST_CHANGES {
            match found.best.as_slice() {
                [] => return Ok(Vec::new()),
                [only] if self.is_accepted => {
                    let id = only.id.clone();
                    self.record_started(&id).await;
                }
                _ => {}
            }
            for candidate in &mut found.best {
                candidate.job = self.watch_to_the_end(&candidate.id).await?;
            }
            let again = self.find_candidates().await?;
            if again.ids() == found.ids() {
                return Ok(again.best);
            }
            found = again;
        }
        Err(several_jobs(&found.best))
    }

    async fn record_started(&mut self, job: &str) {
        let step = TicketStep::Started {
            job: job.to_owned(),
            confirmation: Box::new(self.confirmation.clone()),
        };
        self.journal.record_if_possible(step).await;
        let mut report = self.blank_receipt().report_started();
        report.job = Some(job.to_owned());
        self.reporter.accepted(report);
    }

    /// Polls a job until it has ended, with or without success.
    async fn watch_to_the_end(&self, id: &str) -> Result<FetchedJob> {
        let (expected, people) = (self.confirmation.expected, people(&self.confirmation));
        let mut polling = Polling::new(self.company.raw().client(), self.stall_timeout());
        loop {
            let fetched = FetchedJob::fetch(&self.company, id).await?;
            let job = &fetched.detail.job;
            let percent = u64::from(job.progress);
            let rows = fetched.rows_of(&people);
            let (done, total) = rows.unwrap_or((expected * percent / 100, expected));
            let stage = self.stage_if_accepted(Stage::Importing);
            self.reporter.report(Progress::of(stage, done, total)).await;
            if fetched.has_ended() {
                return Ok(fetched);
            }
            let state = (job.status, percent, rows);
            let job = || format!("the import job {id} (at row {done} of {total})");
            polling.wait(state, job).await?;
        }
    }

    /// The job that is watched may be that of another import until it is certain that there is one.
    fn stage_if_accepted(&self, stage: Stage) -> Stage {
        match self.is_accepted {
            true => stage,
            false => Stage::Recovering,
        }
    }

    fn stall_timeout(&self) -> Duration {
        Duration::from_secs(self.journal.ticket.stall_timeout)
    }

    pub(super) async fn finish(mut self, receipt: Receipt) -> Receipt {
        let step = TicketStep::Done {
            receipt: Box::new(receipt.clone()),
        };
        self.journal.record_if_possible(step).await;
        receipt
    }
}

pub(super) fn started(error: Error) -> Error {
    match error.kind() {
        ErrorKind::OutcomeUnknown => error,
        _ => error.with_hint(STARTED),
    }
}

fn several_jobs(jobs: &[Candidate]) -> Error {
    let ids: Vec<&str> = jobs.iter().map(|it| it.id.as_str()).collect();
    outcome_unknown(format!(
        "{} jobs may be that of this import: {}",
        ids.len(),
        ids.join(", ")
    ))
}

pub(crate) fn outcome_unknown(problem: String) -> Error {
    Error::new(ErrorKind::OutcomeUnknown, problem).with_hint(
        "it is not known whether people were imported: check the jobs and the users of the company before you import again",
    )
}
