//! An import that was requested, on its way to the receipt.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use keepnet_staff_list::Validation;

use crate::import::{
    Confirmation, Journal, Operation, Preview, Progress, Receipt, Reconciliation, Reporter,
    RowNumbers, Stage, TicketStep,
};
use crate::jobs::{FetchedJob, JobList, is_not_found};
use crate::polling::Polling;
use crate::row_problems::sort_by_row;
use crate::{Company, Error, ErrorKind, Result};

/// How long it may take until the job of an import appears in the list of jobs.
pub(crate) const JOB_APPEARANCE: Duration = Duration::from_secs(60);

const STARTED: &str = "the import has started and continues in the service: check the jobs of the company before you import again";

/// An import that was requested, and whose job is to be found and watched.
pub(crate) struct JobWatcher {
    pub(crate) company: Company,
    pub(crate) journal: Journal,
    pub(crate) confirmation: Confirmation,
    /// The valid rows of the file, to find those that the service fails to import; `None` if the
    /// import was resumed without its file.
    pub(crate) validation: Option<Validation>,
    pub(crate) reporter: Reporter,
}

impl JobWatcher {
    pub(super) fn new(
        preview: Preview,
        confirmation: Confirmation,
        reporter: Reporter,
    ) -> JobWatcher {
        JobWatcher {
            company: preview.company,
            journal: preview.journal,
            confirmation,
            validation: Some(preview.validation),
            reporter,
        }
    }

    /// The rest of an import that the service has accepted, as an operation of its own. `job` is its
    /// job, if that is known.
    pub(crate) fn resume_accepted(self, job: Option<String>) -> Operation<Receipt> {
        self.start(|watcher| watcher.finish_accepted(job))
    }

    /// The rest of an import whose job was found by its number of rows.
    pub(crate) fn resume_inferred(self, job: String) -> Operation<Receipt> {
        self.start(|watcher| watcher.finish_inferred(job))
    }

    fn start<W>(mut self, work: impl FnOnce(JobWatcher) -> W) -> Operation<Receipt>
    where
        W: Future<Output = Result<Receipt>> + Send + 'static,
    {
        let company = self.company.clone();
        Operation::new(&company, self.journal.ticket.action(), |reporter| {
            let transaction = &self.confirmation.transaction;
            self.journal.publish_ids(reporter.ids(), transaction);
            self.reporter = reporter;
            work(self)
        })
    }

    /// The receipt of an import without any rows.
    pub(super) async fn finish_empty(self) -> Receipt {
        let receipt = Receipt {
            imported_rows: RowNumbers::default(),
            ..self.blank_receipt()
        };
        self.finish(receipt).await
    }

    /// Continues directly after the response of the service, which may name the job.
    pub(super) async fn finish_just_accepted(mut self, named: Option<String>) -> Result<Receipt> {
        let step = TicketStep::Accepted(Box::new(self.confirmation.clone()));
        self.journal.record_if_possible(step).await;
        let job = match named {
            None => None,
            Some(job) => match FetchedJob::fetch(&self.company, &job).await {
                Ok(_) => Some(job),
                // The id in the response is not that of a job; the list of jobs has it.
                Err(error) if is_not_found(&error) => None,
                Err(error) => return Err(error.with_hint(STARTED)),
            },
        };
        self.finish_accepted(job).await
    }

    /// Continues after the service has accepted the import.
    async fn finish_accepted(mut self, job: Option<String>) -> Result<Receipt> {
        let job = match job {
            Some(job) => Some(job),
            None => self.find_job().await.map_err(|it| it.with_hint(STARTED))?,
        };
        let Some(job) = job else {
            let receipt = self.receipt_without_job().await?;
            return Ok(self.finish(receipt).await);
        };
        let step = TicketStep::Started {
            job: job.clone(),
            confirmation: Box::new(self.confirmation.clone()),
        };
        self.journal.record_if_possible(step).await;
        let receipt = self.watch_job(job).await?;
        Ok(self.finish(receipt).await)
    }

    /// Continues after a request with an unknown outcome.
    pub(super) async fn finish_unknown(mut self, cause: Error) -> Result<Receipt> {
        if let Ok(Some(job)) = self.find_job().await {
            let receipt = self.watch_job(job).await?;
            return Ok(self.finish(receipt).await);
        }
        let before = self.confirmation.users_before;
        let users = match self.company.count_users().await.map(|it| it.total()) {
            Ok(after) if after == before => format!("there are {before} users as before"),
            Ok(after) => format!("the number of users went from {before} to {after}"),
            Err(_) => "the users cannot be counted".to_owned(),
        };
        let problem = format!("the request was interrupted, there is no job for it, and {users}");
        Err(outcome_unknown(problem).with_source(cause))
    }

    /// Continues with a job that was found by its number of rows; the user count has to confirm it.
    async fn finish_inferred(mut self, job: String) -> Result<Receipt> {
        let receipt = self.watch_job(job.clone()).await?;
        if !receipt.is_reconciled() {
            let rows = receipt.imported + receipt.failed;
            return Err(outcome_unknown(format!(
                "after the request for the import, a job took {rows} rows, but the user count does not confirm that job {job} is this import",
            )));
        }
        Ok(self.finish(receipt).await)
    }

    /// The newest job that did not exist before; `None` if none appears in time.
    async fn find_job(&self) -> Result<Option<String>> {
        let mut polling = Polling::new(
            self.company.raw().client(),
            JOB_APPEARANCE.min(self.stall_timeout()),
        );
        loop {
            let jobs = JobList::fetch(&self.company).await?;
            if let Some(newest) = jobs.since(&self.confirmation.earlier_jobs).first() {
                return Ok(Some(newest.job.id.clone()));
            }
            self.reporter.report(Progress::at(Stage::Starting)).await;
            if polling.wait((), String::new).await.is_err() {
                return Ok(None);
            }
        }
    }

    /// Watches the job until it has ended, and counts the users.
    async fn watch_job(&mut self, job: String) -> Result<Receipt> {
        let mut report = self.blank_receipt().report();
        report.job = Some(job.clone());
        self.reporter.accepted(report);
        let fetched = self.poll_job(&job).await?;
        self.reporter.report(Progress::at(Stage::Verifying)).await;
        // The import is done; without a count it is just not verified.
        let users_after = self.company.count_users().await.ok();
        Ok(self.receipt(job, &fetched, users_after.map(|it| it.total())))
    }

    async fn poll_job(&mut self, id: &str) -> Result<FetchedJob> {
        let expected = self.confirmation.expected;
        let mut polling = Polling::new(self.company.raw().client(), self.stall_timeout());
        loop {
            let fetched = FetchedJob::fetch(&self.company, id).await;
            let fetched = fetched.map_err(|error| error.with_hint(STARTED))?;
            let job = &fetched.detail.job;
            let percent = u64::from(job.progress);
            let rows = fetched.rows();
            let (done, total) = rows.unwrap_or((expected * percent / 100, expected));
            let progress = Progress::of(Stage::Importing, done, total);
            self.reporter.report(progress).await;
            if fetched.has_failed() {
                let step = TicketStep::Failed {
                    job: id.to_owned(),
                    confirmation: Box::new(self.confirmation.clone()),
                };
                self.journal.record_if_possible(step).await;
                let message = job.message.as_deref().map(|text| format!(": {text}"));
                let message = message.unwrap_or_default();
                let problem = format!("the import job {id} failed{message}");
                return Err(Error::new(ErrorKind::JobFailed, problem).with_hint(
                    "some people may have been imported: count the users, then import the file again",
                ));
            }
            if fetched.has_ended() {
                return Ok(fetched);
            }
            let state = (job.status, percent, rows);
            let job = || format!("the import job {id} ({done} of {total} rows)");
            let waited = polling.wait(state, job).await;
            waited.map_err(|error| error.with_hint(STARTED))?;
        }
    }

    /// The receipt of an import that the service has accepted without listing a job, as it may do with
    /// a small one. The user count has to confirm it.
    async fn receipt_without_job(&self) -> Result<Receipt> {
        let counts = self.company.count_users().await;
        let after = counts.map_err(|error| error.with_hint(STARTED))?.total();
        let reconciliation = self.reconcile(after, 0);
        if !reconciliation.agrees() {
            let (before, new) = (reconciliation.users_before, reconciliation.expected_new);
            return Err(outcome_unknown(format!(
                "the service accepted the import but lists no job, and the number of users went from {before} to {after}, with {new} to create",
            )));
        }
        Ok(Receipt {
            imported: self.confirmation.expected,
            reconciliation: Some(reconciliation),
            ..self.blank_receipt()
        })
    }

    /// A receipt with the data of the request only.
    fn blank_receipt(&self) -> Receipt {
        let (ticket, confirmation) = (&self.journal.ticket, &self.confirmation);
        Receipt {
            company: self.company.reference().clone(),
            file: ticket.file.name.clone(),
            transaction_id: confirmation.transaction.clone(),
            mode: ticket.mode,
            rows: confirmation.rows,
            imported: 0,
            failed: 0,
            job: None,
            rejected: confirmation.rejected.clone(),
            warnings: confirmation.warnings.clone(),
            imported_rows: confirmation.rows_to_import.clone(),
            skipped_rows: confirmation.skipped_rows.clone(),
            sha256: ticket.file.sha256.clone(),
            reconciliation: None,
        }
    }

    fn receipt(&self, id: String, job: &FetchedJob, users_after: Option<u64>) -> Receipt {
        let mut receipt = self.blank_receipt();
        let rejected: HashSet<u32> = receipt.rejected.iter().filter_map(|it| it.row).collect();
        let file: Arc<str> = receipt.file.as_str().into();
        let mapping = &self.journal.ticket.mapping;
        let mut failed_new = 0;
        let mut failed_rows = HashSet::new();
        for failed in &job.failed_rows {
            let validation = self.validation.as_ref();
            let row = validation.and_then(|it| it.row_of(&failed.email));
            // The job also lists the rows that were rejected before.
            if row.is_some_and(|row| rejected.contains(&row)) {
                continue;
            }
            receipt.failed += 1;
            failed_new += u64::from(failed.was_new);
            failed_rows.extend(row);
            let problems = failed.problems.iter();
            receipt
                .rejected
                .extend(problems.map(|it| it.in_file(&file, row, mapping)));
        }
        sort_by_row(&mut receipt.rejected);
        if !failed_rows.is_empty() {
            let rows = receipt.imported_rows.iter();
            receipt.imported_rows = rows.filter(|row| !failed_rows.contains(row)).collect();
        }
        // The preview also counts synchronised users, which the job leaves out.
        let expected = self.confirmation.expected;
        let taken = job.rows().map_or(expected, |(_, rows)| rows.min(expected));
        receipt.imported = taken.saturating_sub(receipt.failed);
        receipt.job = Some(id);
        receipt.reconciliation = users_after.map(|after| self.reconcile(after, failed_new));
        receipt
    }

    /// Compares the user count with the confirmed number of new users, `failed_new` of whom were not
    /// created.
    pub(crate) fn reconcile(&self, users_after: u64, failed_new: u64) -> Reconciliation {
        Reconciliation {
            users_before: self.confirmation.users_before,
            users_after,
            expected_new: self.confirmation.expected_new.saturating_sub(failed_new),
        }
    }

    fn stall_timeout(&self) -> Duration {
        Duration::from_secs(self.journal.ticket.stall_timeout)
    }

    async fn finish(mut self, receipt: Receipt) -> Receipt {
        let step = TicketStep::Done {
            receipt: Box::new(receipt.clone()),
        };
        self.journal.record_if_possible(step).await;
        receipt
    }
}

pub(crate) fn outcome_unknown(problem: String) -> Error {
    Error::new(ErrorKind::OutcomeUnknown, problem).with_hint(
        "it is not known whether people were imported: check the jobs and the users of the company before you import again",
    )
}
