//! Confirming a preview.

use super::job_watcher::JobWatcher;
use super::sample::{SampledEmails, choose_sample, first_people};
use super::selected_rows::SelectedRows;
use super::submission::{StartOutcome, submit};
use crate::import::{
    Confirmation, ImportMode, LongRunningOperation, Preview, Progress, Receipt, Reporter,
    RowNumbers, Stage, TicketStep,
};
use crate::jobs::JobList;
use crate::{Error, ErrorKind, Result};

/// A confirmed import, up to its [`Receipt`].
///
/// Nothing is sent before it is polled. Once the service has accepted the import, it continues in the
/// service, and dropping this stops only the watching. If this is dropped while the request is in
/// flight, the outcome is unknown; a ticket helps to find it out.
///
/// The request is sent once. Others may import into the same company at the same time, and the service
/// does not say whose a job is. A job counts as that of the import if the response names it, or if it is
/// the only new one that takes as many rows as people were confirmed. If it is not certain, up to 50 of
/// the people are looked for; if they do not show it either, the error is
/// [`ErrorKind::OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown) and names the jobs.
pub type ConfirmedImport = LongRunningOperation<Receipt>;

impl Preview {
    /// Imports the people. Nothing is sent before the returned operation is polled or awaited.
    ///
    /// It takes the preview, so that it cannot be confirmed twice:
    ///
    /// ```compile_fail,E0382
    /// # async fn demo(preview: keepnet_flows::Preview) -> keepnet_flows::Result<()> {
    /// let receipt = preview.confirm().await?;
    /// let receipt = preview.confirm().await?;
    /// # Ok(()) }
    /// ```
    ///
    /// Once compiles:
    ///
    /// ```no_run
    /// # async fn demo(preview: keepnet_flows::Preview) -> keepnet_flows::Result<()> {
    /// let receipt = preview.confirm().await?;
    /// # Ok(()) }
    /// ```
    pub fn confirm(self) -> ConfirmedImport {
        let company = self.company.clone();
        LongRunningOperation::new(&company, self.journal.ticket.action(), |reporter| {
            self.journal.publish_ids(reporter.ids(), &self.transaction);
            run(self, reporter)
        })
    }

    /// What is confirmed, before the mode selects rows.
    fn confirmation(&self) -> Confirmation {
        let valid = self.validation.valid_rows();
        let accepted = valid.filter(|row| !self.rejected_by_service.contains(*row));
        Confirmation {
            transaction: self.transaction.clone(),
            mapping_job: self.mapping_job.clone(),
            rows: self.counts,
            rejected: self.rejected.clone(),
            warnings: self.report_warnings(),
            domains: self.domains.clone(),
            rows_to_import: accepted.collect(),
            skipped_rows: RowNumbers::default(),
            expected: self.to_import(),
            expected_new: match self.mode() {
                ImportMode::Existing => 0,
                _ => self.counts.new,
            },
            users_before: None,
            earlier_jobs: Vec::new(),
            sample: Vec::new(),
            named_job: None,
        }
    }
}

/// Refuses an import of `new` new people that exceeds the licence, if that was asked for.
async fn ensure_within_license(preview: &Preview, new: u64) -> Result<()> {
    if !preview.journal.ticket.within_license {
        return Ok(());
    }
    let license = preview.company.license_use(new).await?;
    let problem = match license.is_within() {
        Some(true) => return Ok(()),
        Some(false) => format!("the import exceeds the licence ({license})"),
        None => "the service does not say enough to tell whether the import fits into the licence"
            .to_owned(),
    };
    Err(Error::new(ErrorKind::Conflict, problem)
        .with_hint("nothing was imported; extend the licence, or import without this check"))
}

async fn run(mut preview: Preview, reporter: Reporter) -> Result<Receipt> {
    let mut confirmation = preview.confirmation();
    let mut selected = None;
    let mut emails = SampledEmails::default();
    if confirmation.expected > 0 {
        reporter.report(Progress::at(Stage::Starting)).await;
        let company = preview.company();
        confirmation.users_before = company.count_users().await?.total();
        let people = match preview.mode() {
            ImportMode::All => first_people(&preview).await?,
            _ => {
                let mut rows = SelectedRows::fetch(&preview).await?;
                rows.narrow(&preview, &mut confirmation);
                let people = std::mem::take(&mut rows.people);
                selected = Some(rows);
                people
            }
        };
        if confirmation.expected > 0 {
            let allowed = ensure_within_license(&preview, confirmation.expected_new).await;
            if let Err(error) = allowed {
                if error.kind() == ErrorKind::Conflict {
                    preview
                        .journal
                        .record_if_possible(TicketStep::Refused)
                        .await;
                }
                return Err(error);
            }
        }
        (confirmation.sample, emails) = choose_sample(company, people).await?;
        // An entry that cannot be read now is not taken for the job of this import later.
        confirmation.earlier_jobs = JobList::fetch(company).await?.ids();
    }
    if confirmation.expected == 0 {
        confirmation.rows_to_import = RowNumbers::default();
        let watcher = JobWatcher::new(preview, confirmation, emails, reporter);
        return Ok(watcher.finish_empty().await);
    }
    let step = TicketStep::Confirming(Box::new(confirmation.clone()));
    preview.journal.record(step).await?;
    let outcome = match submit(&mut preview, selected.as_ref()).await {
        Ok(outcome) => outcome,
        // The service has refused it, so a resumed import continues from the preview.
        Err(error) => {
            let step = TicketStep::Previewed {
                transaction: confirmation.transaction,
                job: confirmation.mapping_job,
                rows: confirmation.rows,
            };
            preview.journal.record_if_possible(step).await;
            return Err(error);
        }
    };
    let watcher = JobWatcher::new(preview, confirmation, emails, reporter);
    match outcome {
        StartOutcome::Accepted(job) => watcher.finish_just_accepted(job).await,
        StartOutcome::Unknown(cause) => watcher.finish_unknown(cause).await,
    }
}
