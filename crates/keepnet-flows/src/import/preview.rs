//! What an import would do.

use std::fmt;

use keepnet_staff_list::{Mapping, RowProblem, Validation, Warning};

use super::{
    ImportCounts, ImportMode, ImportOutcome, ImportReport, Journal, RowNumbers, count_new,
};
use crate::companies::LicenseUse;
use crate::users::DomainComparison;
use crate::{Company, Result};

/// What an import would do; nothing is written yet.
///
/// [`confirm`](Preview::confirm) it to import the people. Dropping it writes nothing: an unconfirmed
/// transaction expires in the service. A ticket, if one is kept, stays; see
/// [`discard`](Preview::discard).
///
/// It can find rows of the file by their e-mail addresses; its `Debug` shows none of them.
#[must_use = "nothing is imported until the preview is confirmed"]
pub struct Preview {
    pub(crate) company: Company,
    pub(crate) journal: Journal,
    pub(crate) transaction: String,
    pub(crate) mapping_job: String,
    pub(crate) validation: Validation,
    pub(crate) counts: ImportCounts,
    pub(crate) rejected: Vec<RowProblem>,
    /// The rows that are valid here, and that the service rejects.
    pub(crate) rejected_by_service: RowNumbers,
    /// The counts that were confirmed before it turned out that the service has not got the request.
    pub(crate) confirmed_counts: Option<ImportCounts>,
    pub(crate) domains: Option<DomainComparison>,
}

impl Preview {
    /// The customer.
    pub fn company(&self) -> &Company {
        &self.company
    }

    /// The file's name.
    pub fn file(&self) -> &str {
        self.validation.file_name()
    }

    /// The upload transaction.
    pub fn transaction_id(&self) -> &str {
        &self.transaction
    }

    /// Which people would be imported.
    pub fn mode(&self) -> ImportMode {
        self.journal.ticket.mode
    }

    /// The id of the ticket, if one is kept.
    pub fn ticket_id(&self) -> Option<&str> {
        self.journal.ticket_id()
    }

    /// Whether an import with the same counts was confirmed before a crash, and the service has not got
    /// the request. It has to be confirmed again, without asking a person again.
    pub fn was_confirmed(&self) -> bool {
        self.confirmed_counts == Some(self.counts)
    }

    /// Gives up the import and removes its ticket.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) if the ticket cannot be removed.
    pub async fn discard(self) -> Result<()> {
        self.journal.discard().await
    }

    /// Which column fills which field.
    pub fn mapping(&self) -> &Mapping {
        self.validation.mapping()
    }

    /// How many people are in the file, and how many of them are new, exist already, or are rejected.
    pub fn counts(&self) -> ImportCounts {
        self.counts
    }

    /// How many people would be imported, by the mode and the counts.
    pub fn to_import(&self) -> u64 {
        match self.mode() {
            ImportMode::All => self.counts.new + self.counts.existing,
            ImportMode::New => self.counts.new,
            ImportMode::Existing => self.counts.existing,
            ImportMode::Selected => self.journal.ticket.selected.len(),
        }
    }

    /// The problems of the rows that will not be imported, in the order of the rows: those found here,
    /// and those that the service found. At most [`Validation::KEPT_PROBLEMS`] of each are kept.
    pub fn rejected(&self) -> &[RowProblem] {
        &self.rejected
    }

    /// What a person should look at before the import is confirmed: hidden rows, merged cells, words
    /// that stand for an error. At most [`Validation::KEPT_WARNINGS`] are kept.
    pub fn warnings(&self) -> &[Warning] {
        self.validation.warnings()
    }

    /// How many warnings there are, including those that are not kept.
    pub fn warning_count(&self) -> u64 {
        self.validation.warning_count()
    }

    /// How the domains of the people compare with those of the company's users. `None` for an import that is
    /// a part of a synchronization, which compares those who join.
    pub fn domains(&self) -> Option<&DomainComparison> {
        self.domains.as_ref()
    }

    /// The seats of the licence, now and after the import. It is asked for with one request.
    ///
    /// Which of selected people are new is asked for with one request more for each 1,000 new people of
    /// the file, if it has any.
    ///
    /// # Errors
    ///
    /// If a call fails.
    pub async fn license(&self) -> Result<LicenseUse> {
        let new = match self.mode() {
            ImportMode::Existing => 0,
            ImportMode::Selected if self.counts.new > 0 => {
                let row_of = |email: &str| self.validation.row_of(email);
                let is_selected =
                    |email: &str| row_of(email).is_some_and(|it| self.is_selected(it));
                count_new(&self.company, &self.transaction, is_selected).await?
            }
            ImportMode::Selected => 0,
            ImportMode::All | ImportMode::New => self.counts.new,
        };
        self.company.license_use(new).await
    }

    /// The preview as data. Nothing is written yet, so that `imported`, `created`, `updated` and `failed`
    /// are 0; `rows` says what an import would do.
    pub fn report(&self) -> ImportReport {
        ImportReport {
            company: self.company.reference().clone(),
            file: self.file().to_owned(),
            transaction_id: self.transaction.clone(),
            outcome: ImportOutcome::Planned,
            mode: self.mode(),
            rows: self.counts,
            expected: self.to_import(),
            imported: Some(0),
            created: Some(0),
            updated: Some(0),
            failed: Some(0),
            ticket: self.ticket_id().map(str::to_owned),
            job: None,
            rejected: self.rejected.clone(),
            warnings: self.report_warnings(),
            reconciliation: None,
            license: None,
            domains: self.domains.clone(),
        }
    }

    /// The warnings without the name of the file.
    pub(crate) fn report_warnings(&self) -> Vec<Warning> {
        self.warnings().iter().map(Warning::without_file).collect()
    }

    /// Whether an import of this mode takes the row, if the service accepts it.
    pub(crate) fn is_selected(&self, row: u32) -> bool {
        self.mode() != ImportMode::Selected || self.journal.ticket.selected.contains(row)
    }
}

impl fmt::Display for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = self.counts;
        write!(
            f,
            "{} for {}: {} {}, ",
            self.file(),
            self.company,
            rows.total,
            if rows.total == 1 { "person" } else { "people" }
        )?;
        write!(f, "{} new, {} existing, ", rows.new, rows.existing)?;
        write!(f, "{}; ", rows.describe_rejected())?;
        if self.mode() == ImportMode::Selected {
            write!(f, "{} selected; ", self.to_import())?;
        }
        f.write_str("nothing is written yet")
    }
}

impl fmt::Debug for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Preview")
            .field("company", &self.company)
            .field("file", &self.file())
            .field("transaction_id", &self.transaction)
            .field("mode", &self.mode())
            .field("counts", &self.counts)
            .field("rejected", &self.rejected.len())
            .finish_non_exhaustive()
    }
}
