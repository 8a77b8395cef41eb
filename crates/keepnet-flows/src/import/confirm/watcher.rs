//! An import that was asked for, on its way to its receipt.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use keepnet_staff_list::{Mapping, Validation};

use crate::company::Company;
use crate::error::{Error, ErrorKind, Result};
use crate::import::mode::ImportMode;
use crate::import::operation::Reporter;
use crate::import::preview::Plan;
use crate::import::progress::{Progress, Stage};
use crate::import::report::{ImportReport, Receipt, Reconciliation};
use crate::import::row_numbers::RowNumbers;
use crate::import::ticket::{Confirmation, Journal, Step};
use crate::jobs::{self as job, JobState, Jobs, Outcome, RowFailure};
use crate::polling::Polling;
use crate::rejected::{in_order, service_problem};
use keepnet_client::clock::humanize;
use keepnet_staff_list::RowProblem;

/// How long the job of an import may take to show up in the list of jobs.
pub(in crate::import) const APPEARANCE: Duration = Duration::from_secs(60);

const STARTED: &str = "the import has started and goes on by itself: look at the jobs of the company before you import again";

/// An import that was asked for.
pub(in crate::import) struct Follow {
    pub(in crate::import) company: Company,
    pub(in crate::import) doing: String,
    pub(in crate::import) file: Arc<str>,
    pub(in crate::import) sha256: String,
    pub(in crate::import) mode: ImportMode,
    pub(in crate::import) patience: Duration,
    pub(in crate::import) mapping: Mapping,
    /// The rows of the file, to find again those that the service fails at; not at hand where an
    /// import is carried on without its file.
    pub(in crate::import) checked: Option<Validation>,
    pub(in crate::import) asked: Confirmation,
    pub(in crate::import) journal: Journal,
    pub(in crate::import) reporter: Reporter,
    pub(in crate::import) accepted: Arc<OnceLock<ImportReport>>,
}

impl Follow {
    pub(in crate::import) fn new(
        plan: Plan,
        asked: Confirmation,
        doing: String,
        reporter: Reporter,
        accepted: Arc<OnceLock<ImportReport>>,
    ) -> Follow {
        Follow {
            company: plan.company,
            doing,
            file: plan.checked.file_name().into(),
            sha256: plan.sha256,
            mode: plan.mode,
            patience: plan.patience,
            mapping: plan.checked.mapping().clone(),
            checked: Some(plan.checked),
            asked,
            journal: plan.journal,
            reporter,
            accepted,
        }
    }

    /// The receipt of an import that had nothing to do.
    pub(in crate::import) async fn nothing(&mut self) -> Receipt {
        let receipt = Receipt {
            imported_rows: RowNumbers::default(),
            ..self.blank()
        };
        self.done(receipt).await
    }

    /// Goes on from the moment in which the service took the import.
    pub(in crate::import) async fn accepted(mut self, job: Option<String>) -> Result<Receipt> {
        let job = match job {
            Some(job) => Some(job),
            None => self.find().await.map_err(|it| it.with_hint(STARTED))?,
        };
        let Some(job) = job else {
            let receipt = self.without_job().await?;
            return Ok(self.done(receipt).await);
        };
        let step = Step::Started {
            job: job.clone(),
            asked: Box::new(self.asked.clone()),
        };
        self.journal.note(step).await;
        let receipt = self.watched(job).await?;
        Ok(self.done(receipt).await)
    }

    /// Goes on from a request of which nobody knows whether the service took it.
    pub(in crate::import) async fn in_doubt(
        mut self,
        cause: keepnet_client::Error,
    ) -> Result<Receipt> {
        match self.find().await {
            Ok(Some(job)) => {
                let receipt = self.watched(job).await?;
                Ok(self.done(receipt).await)
            }
            _ => Err(self.unknown(cause).await),
        }
    }

    /// Goes on with a job that was told from the others by what it looks like: the number of users
    /// has to bear it out.
    pub(in crate::import) async fn inferred(mut self, job: String) -> Result<Receipt> {
        let receipt = self.watched(job).await?;
        if !receipt.is_reconciled() {
            let problem = format!(
                "a job took {} rows after the import was asked for, but the number of users does not say that it was this one",
                receipt.imported + receipt.failed
            );
            return Err(self.open_question(problem));
        }
        Ok(self.done(receipt).await)
    }

    /// The job that the answer named, if it is one.
    pub(in crate::import) async fn is_job(&self, named: Option<String>) -> Result<Option<String>> {
        let Some(job) = named else { return Ok(None) };
        match job::look(&self.company, &job).await {
            Ok(_) => Ok(Some(job)),
            // What the answer named was no job; the list has it.
            Err(error) if job::is_none(&error) => Ok(None),
            Err(error) => Err(self.company.failed(&self.doing, error).with_hint(STARTED)),
        }
    }

    pub(in crate::import) async fn users(&self) -> Result<u64> {
        let counts = self.company.count_users().await?;
        Ok(counts.total())
    }

    pub(in crate::import) fn open_question(&self, problem: String) -> Error {
        self.company
            .error(ErrorKind::OutcomeUnknown, &self.doing, problem)
            .with_hint("it is not known whether people were imported: look at the jobs and the users of the company before you import again")
    }

    /// The newest job that was not there before. `None` where none shows up.
    async fn find(&self) -> Result<Option<String>> {
        let patience = APPEARANCE.min(self.patience);
        let mut polling = Polling::new(self.company.raw(), patience);
        loop {
            let listed = Jobs::list(&self.company, &self.doing).await?;
            if let Some(job) = listed.newest_since(&self.asked.earlier_jobs) {
                return Ok(Some(job.to_owned()));
            }
            self.reporter.say(Progress::at(Stage::Starting)).await;
            if !polling.pause(()).await {
                return Ok(None);
            }
        }
    }

    /// Watches the job until it has ended, and counts the users.
    async fn watched(&mut self, job: String) -> Result<Receipt> {
        let mut report = self.blank().report();
        report.job = Some(job.clone());
        let _ = self.accepted.set(report);
        let state = self.watch(&job).await?;
        self.reporter.say(Progress::at(Stage::Verifying)).await;
        // The import is done: a count that cannot be had is no reason to say that it failed.
        let after = self.users().await.ok();
        Ok(self.receipt(job, &state, after))
    }

    /// Looks at the job until it has ended.
    async fn watch(&mut self, job: &str) -> Result<JobState> {
        let rows = self.asked.expected;
        let mut polling = Polling::new(self.company.raw(), self.patience);
        loop {
            let state = job::look(&self.company, job)
                .await
                .map_err(|error| self.company.failed(&self.doing, error).with_hint(STARTED))?;
            let (done, total) = state.rows.unwrap_or((rows * state.percent / 100, rows));
            let progress = Progress::of(Stage::Importing, done, total);
            self.reporter.say(progress).await;
            match &state.outcome {
                Some(Outcome::Completed) => return Ok(state),
                Some(Outcome::Failed(said)) => {
                    let step = Step::Failed {
                        job: job.to_owned(),
                        asked: Box::new(self.asked.clone()),
                    };
                    self.journal.note(step).await;
                    let said = said.as_deref().map(keepnet_client::redact);
                    let said = said.map(|said| format!(": {said}")).unwrap_or_default();
                    let problem = format!("the import job {job} failed{said}");
                    return Err(self
                        .company
                        .error(ErrorKind::JobFailed, &self.doing, problem)
                        .with_hint("some people may have been imported: count the users, then import the file anew"));
                }
                None => {}
            }
            let seen = (state.status, state.percent, state.rows);
            if !polling.pause(seen).await {
                let problem = format!(
                    "the import job {job} has stood still at {done} of {total} rows for {}",
                    humanize(polling.patience()),
                );
                return Err(self
                    .company
                    .error(ErrorKind::Timeout, &self.doing, problem)
                    .with_hint(STARTED));
            }
        }
    }

    /// The service took the import but lists no job, as it may where it does a small one at once:
    /// the number of users has to tell.
    async fn without_job(&self) -> Result<Receipt> {
        let after = self
            .users()
            .await
            .map_err(|error| error.with_hint(STARTED))?;
        let (before, expected_new) = (self.asked.users_before, self.asked.expected_new);
        let counted = Reconciliation::new(before, after, expected_new);
        if !counted.agrees() {
            let problem = format!(
                "the service took the import but lists no job, and the users went from {before} to {after} instead of by {expected_new} more",
            );
            return Err(self.open_question(problem));
        }
        let mut receipt = self.blank();
        receipt.imported = self.asked.expected;
        receipt.reconciliation = Some(counted);
        Ok(receipt)
    }

    /// The request broke off, and no job shows that it was taken.
    async fn unknown(&self, cause: keepnet_client::Error) -> Error {
        let before = self.asked.users_before;
        let users = match self.users().await {
            Ok(after) if after == before => format!("there are {before} users as before"),
            Ok(after) => format!("the users went from {before} to {after}"),
            Err(_) => "the users cannot be counted".to_owned(),
        };
        let problem = format!("the request broke off, no job of it shows up, and {users}");
        self.open_question(problem).with_source(cause)
    }

    /// A receipt of which only what was asked for is known.
    fn blank(&self) -> Receipt {
        Receipt {
            company: self.company.reference().clone(),
            file: self.file.to_string(),
            transaction_id: self.asked.transaction.clone(),
            mode: self.mode,
            rows: self.asked.rows,
            imported: 0,
            failed: 0,
            job: None,
            rejected: self.asked.rejected.clone(),
            imported_rows: self.asked.taken.clone(),
            left_out_rows: self.asked.left_out.clone(),
            sha256: self.sha256.clone(),
            reconciliation: None,
        }
    }

    fn receipt(&self, job: String, state: &JobState, after: Option<u64>) -> Receipt {
        let mut receipt = self.blank();
        let known: HashSet<u32> = receipt.rejected.iter().filter_map(|it| it.row).collect();
        let mut failed_new = 0;
        let mut failed_rows = HashSet::new();
        for failure in &state.failures {
            let row = self.checked.as_ref();
            let row = row.and_then(|checked| checked.row_of(&failure.email));
            if row.is_some_and(|row| known.contains(&row)) {
                continue;
            }
            receipt.failed += 1;
            failed_new += u64::from(failure.was_new);
            failed_rows.extend(row);
            receipt.rejected.extend(self.problems(row, failure));
        }
        in_order(&mut receipt.rejected);
        if !failed_rows.is_empty() {
            let rows = receipt.imported_rows.iter();
            receipt.imported_rows = rows.filter(|row| !failed_rows.contains(row)).collect();
        }
        // The job knows how many rows it took; the preview counts synchronised people as well.
        let expected = self.asked.expected;
        let taken = state
            .rows
            .map_or(expected, |(_, target)| target.min(expected));
        receipt.imported = taken.saturating_sub(receipt.failed);
        receipt.job = Some(job);
        let expected_new = self.asked.expected_new.saturating_sub(failed_new);
        receipt.reconciliation =
            after.map(|after| Reconciliation::new(self.asked.users_before, after, expected_new));
        receipt
    }

    fn problems(&self, row: Option<u32>, failure: &RowFailure) -> impl Iterator<Item = RowProblem> {
        let file = Arc::clone(&self.file);
        failure.problems.iter().map(move |(field, message)| {
            service_problem(&file, row, field.as_deref(), message, &self.mapping)
        })
    }

    async fn done(&mut self, receipt: Receipt) -> Receipt {
        let step = Step::Done {
            receipt: Box::new(receipt.clone()),
        };
        self.journal.note(step).await;
        receipt
    }
}
