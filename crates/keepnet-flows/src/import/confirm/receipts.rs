//! The receipt of an import, from its job and from what the company shows afterwards.

use std::collections::HashSet;
use std::sync::Arc;

use super::job_watcher::{JobWatcher, outcome_unknown, started};
use super::own_job::people;
use super::sample::Evidence;
use crate::Result;
use crate::import::{Progress, Receipt, Reconciliation, RowNumbers, Stage};
use crate::jobs::{FailedRow, FetchedJob};
use crate::row_problems::sort_by_row;

impl JobWatcher {
    /// The receipt of an import without any rows.
    pub(super) async fn finish_empty(self) -> Receipt {
        let receipt = Receipt {
            imported_rows: RowNumbers::default(),
            ..self.blank_receipt()
        };
        self.finish(receipt).await
    }

    /// The receipt of an import that the service has accepted without listing a job, as it may do with
    /// a small one. The people or their number have to confirm it.
    pub(super) async fn receipt_without_job(&self) -> Result<Receipt> {
        let receipt = self.receipt_of(None).await;
        let Some(figures) = receipt.reconciliation else {
            return Ok(receipt);
        };
        let is_shown = figures.people_checked > 0 || figures.expected_new > 0;
        if is_shown && figures.verified {
            return Ok(receipt);
        }
        let (before, new) = (figures.users_before, figures.expected_new);
        let after = match (before, figures.users_after) {
            (Some(before), Some(after)) => {
                format!("the number of users went from {before} to {after}")
            }
            _ => "the users cannot be counted".to_owned(),
        };
        Err(started(outcome_unknown(format!(
            "the service accepted the import but lists no job, and {after}, with {new} to create",
        ))))
    }

    /// The receipt by the job, if it is known, with the people and their number counted afterwards.
    pub(super) async fn receipt_of(&self, own: Option<(String, &FetchedJob)>) -> Receipt {
        let mut receipt = self.blank_receipt();
        let mut failed_new = 0;
        let mut reported = None;
        let mut failed_rows = HashSet::new();
        receipt.imported = self.confirmation.expected;
        if let Some((id, job)) = own {
            receipt.job = Some(id);
            failed_rows = self.failed_rows_of(job);
            failed_new = self.add_failures(job, &failed_rows, &mut receipt);
            if let Some((done, total)) = job.rows_of(&people(&self.confirmation)) {
                reported = Some(total);
                // The preview also counts synchronised users, which the job leaves out. Whether failed
                // rows count as done is not known.
                let taken = total.min(self.confirmation.expected);
                receipt.imported = taken.saturating_sub(receipt.failed).min(done);
            } else {
                receipt.imported -= receipt.failed.min(receipt.imported);
            }
        }
        self.reporter.report(Progress::at(Stage::Verifying)).await;
        // The import is done; without the people it is just not verified.
        let users_after = self.company.count_users().await.ok();
        let sample = &self.confirmation.sample;
        let evidence = self.emails.look(&self.company, sample, &failed_rows).await;
        receipt.reconciliation = Some(self.reconcile(
            reported,
            failed_new,
            users_after.and_then(|it| it.total()),
            evidence.ok(),
        ));
        receipt
    }

    /// A receipt with the data of the request only.
    pub(super) fn blank_receipt(&self) -> Receipt {
        let (ticket, confirmation) = (&self.journal.ticket, &self.confirmation);
        Receipt {
            company: self.company.reference().clone(),
            file: ticket.file.name.clone(),
            transaction_id: confirmation.transaction.clone(),
            ticket: self.journal.ticket_id().map(str::to_owned),
            mode: ticket.mode,
            rows: confirmation.rows,
            expected: match ticket.selected.is_empty() {
                true => confirmation.expected,
                false => ticket.selected.len(),
            },
            imported: 0,
            failed: 0,
            job: None,
            rejected: confirmation.rejected.clone(),
            warnings: confirmation.warnings.clone(),
            domains: confirmation.domains.clone(),
            imported_rows: confirmation.rows_to_import.clone(),
            skipped_rows: confirmation.skipped_rows.clone(),
            sha256: ticket.file.sha256.clone(),
            reconciliation: None,
        }
    }

    /// The rows of the file at which the job failed, without those that were rejected before.
    pub(super) fn failed_rows_of(&self, job: &FetchedJob) -> HashSet<u32> {
        let rejected = self.rejected_rows();
        let rows = job.failed_rows.iter().filter_map(|it| self.row_of(it));
        rows.filter(|row| !rejected.contains(row)).collect()
    }

    /// Whether the job has imported all its rows. It also lists the rows that were rejected before.
    pub(super) fn is_clean(&self, job: &FetchedJob) -> bool {
        let rejected = self.rejected_rows();
        let was_rejected = |row: u32| rejected.contains(&row);
        let mut failed = job.failed_rows.iter();
        !job.has_failed() && failed.all(|it| self.row_of(it).is_some_and(was_rejected))
    }

    /// The number of a row at which the job failed, if the file is at hand and has it.
    fn row_of(&self, failed: &FailedRow) -> Option<u32> {
        self.validation.as_ref()?.row_of(&failed.email)
    }

    fn rejected_rows(&self) -> HashSet<u32> {
        let rejected = self.confirmation.rejected.iter();
        rejected.filter_map(|it| it.row).collect()
    }

    /// Adds the rows at which the job failed, `failed_rows` and those without a number; returns how many
    /// of them were to be created.
    fn add_failures(
        &self,
        job: &FetchedJob,
        failed_rows: &HashSet<u32>,
        receipt: &mut Receipt,
    ) -> u64 {
        let file: Arc<str> = receipt.file.as_str().into();
        let mapping = &self.journal.ticket.mapping;
        let mut failed_new = 0;
        for failed in &job.failed_rows {
            let row = self.row_of(failed);
            // The job also lists the rows that were rejected before.
            if row.is_some_and(|row| !failed_rows.contains(&row)) {
                continue;
            }
            receipt.failed += 1;
            failed_new += u64::from(failed.was_new);
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
        failed_new
    }

    fn reconcile(
        &self,
        reported: Option<u64>,
        failed_new: u64,
        users_after: Option<u64>,
        evidence: Option<Evidence>,
    ) -> Reconciliation {
        let confirmation = &self.confirmation;
        Reconciliation {
            expected: confirmation.expected,
            reported,
            users_before: confirmation.users_before,
            users_after,
            expected_new: confirmation.expected_new.saturating_sub(failed_new),
            people_checked: match evidence {
                Some(evidence) => evidence.checked,
                None => confirmation.sample.len() as u64,
            },
            people_confirmed: evidence.map(|it| it.confirmed),
            verified: false,
        }
        .with_verdict(self.journal.ticket.mode, evidence.map_or(0, |it| it.new))
    }
}
