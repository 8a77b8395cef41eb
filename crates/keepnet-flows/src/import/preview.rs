//! What an import would do.

use std::fmt;
use std::time::Duration;

use keepnet_staff_list::{Mapping, Validation};

use super::counts::ImportCounts;
use super::mode::ImportMode;
use super::report::ImportReport;
use super::row_numbers::RowNumbers;
use super::ticket::Journal;
use crate::company::Company;
use crate::error::Result;
use keepnet_staff_list::RowProblem;

/// What an import would do; nothing is written yet.
///
/// [`confirm`](Preview::confirm) it to import the people. Dropping it writes nothing: the service
/// forgets an unconfirmed transaction by itself. Its ticket, where one is kept, stays; see
/// [`discard`](Preview::discard).
///
/// It holds the e-mail addresses of the file, to find rows again; its `Debug` shows none.
#[must_use = "nothing is imported until the preview is confirmed"]
pub struct Preview {
    pub(super) plan: Plan,
    pub(super) counts: ImportCounts,
    pub(super) rejected: Vec<RowProblem>,
    pub(super) rejected_by_service: RowNumbers,
}

/// What is known once the service has mapped the file.
pub(super) struct Plan {
    pub(super) company: Company,
    pub(super) transaction: String,
    pub(super) mapping_job: String,
    pub(super) checked: Validation,
    pub(super) sha256: String,
    pub(super) mode: ImportMode,
    pub(super) selected: RowNumbers,
    pub(super) patience: Duration,
    pub(super) journal: Journal,
    /// The counts that somebody confirmed before it turned out that the service had not been asked.
    pub(super) confirmed: Option<ImportCounts>,
}

impl Preview {
    /// The customer.
    pub fn company(&self) -> &Company {
        &self.plan.company
    }

    /// The file's name.
    pub fn file(&self) -> &str {
        self.plan.checked.file_name()
    }

    /// The upload transaction.
    pub fn transaction_id(&self) -> &str {
        &self.plan.transaction
    }

    /// Which people would be imported.
    pub fn mode(&self) -> ImportMode {
        self.plan.mode
    }

    /// The id of the ticket, where one is kept.
    pub fn ticket_id(&self) -> Option<&str> {
        self.plan.journal.id()
    }

    /// Whether somebody confirmed an import with these very counts already, before a crash: nothing
    /// of it had reached the service, so it has to be confirmed once more, but nobody has to be
    /// asked again.
    pub fn was_confirmed(&self) -> bool {
        self.plan.confirmed == Some(self.counts)
    }

    /// Gives the import up: its ticket is removed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) where the ticket cannot be removed.
    pub fn discard(self) -> Result<()> {
        self.plan.journal.discard()
    }

    /// Which column fills which field.
    pub fn mapping(&self) -> &Mapping {
        self.plan.checked.mapping()
    }

    /// How many people are in the file, and how many of them are new, are there already, or are
    /// rejected.
    pub fn counts(&self) -> ImportCounts {
        self.counts
    }

    /// How many people would be imported, by the mode and the counts.
    pub fn to_import(&self) -> u64 {
        match self.plan.mode {
            ImportMode::All => self.counts.new + self.counts.existing,
            ImportMode::New => self.counts.new,
            ImportMode::Existing => self.counts.existing,
            ImportMode::Selected => self.plan.selected.len(),
        }
    }

    /// What is wrong with the rows that will not be imported, in the order of the rows: what was
    /// found here, and what the service found. At most [`Validation::KEPT_PROBLEMS`] of each are kept.
    pub fn rejected(&self) -> &[RowProblem] {
        &self.rejected
    }

    /// The preview as data; `imported` and `failed` are 0.
    pub fn report(&self) -> ImportReport {
        ImportReport {
            company: self.plan.company.reference().clone(),
            file: self.file().to_owned(),
            transaction_id: self.plan.transaction.clone(),
            rows: self.counts,
            imported: 0,
            failed: 0,
            job: None,
            rejected: self.rejected.clone(),
        }
    }
}

impl fmt::Display for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ImportCounts {
            total,
            new,
            existing,
            invalid,
        } = self.counts;
        write!(
            f,
            "{} for {}: {total} people, {new} new, {existing} existing, {invalid} rejected; nothing is written yet",
            self.file(),
            self.company(),
        )
    }
}

impl fmt::Debug for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Preview")
            .field("company", &self.plan.company)
            .field("file", &self.file())
            .field("transaction_id", &self.plan.transaction)
            .field("mode", &self.plan.mode)
            .field("counts", &self.counts)
            .field("rejected", &self.rejected.len())
            .finish_non_exhaustive()
    }
}
