//! What an import did.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::import_report::{ImportOutcome, ImportReport};
use super::reconciliation::Reconciliation;
use crate::import::{ImportCounts, ImportMode, RowNumbers};
use crate::users::DomainComparison;
use keepnet_client::CompanyRef;
use keepnet_staff_list::{RowProblem, Warning};

/// What an import did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Receipt {
    /// The customer.
    pub company: CompanyRef,
    /// The file's name.
    pub file: String,
    /// The upload transaction.
    pub transaction_id: String,
    /// The id of the ticket; null if none was kept.
    #[serde(default)]
    pub ticket: Option<String>,
    /// Which people were imported.
    pub mode: ImportMode,
    /// How many people are in the file, as the preview counted them.
    pub rows: ImportCounts,
    /// How many people were to be imported by the mode.
    pub expected: u64,
    /// How many people were imported, created or updated.
    pub imported: u64,
    /// How many rows the service failed to import, though it had accepted them.
    pub failed: u64,
    /// The id of the import job; null where nothing was to import, or no job was seen.
    pub job: Option<String>,
    /// What is wrong with the rows that were not imported, in the order of the rows.
    pub rejected: Vec<RowProblem>,
    /// What a person should look at in the file; at most 10,000 are kept.
    #[serde(default)]
    pub warnings: Vec<Warning>,
    /// How the domains of the people compare with those of the company's users; null in a synchronization.
    #[serde(default)]
    pub domains: Option<DomainComparison>,
    /// The rows that were imported. Where the file was not at hand when the import was carried on,
    /// the rows that failed are still among them.
    pub imported_rows: RowNumbers,
    /// The valid rows that the mode left out.
    #[serde(rename = "left_out_rows")]
    pub skipped_rows: RowNumbers,
    /// The SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
    /// What was expected, what the job reports and what the company shows; null where nothing was to
    /// import.
    pub reconciliation: Option<Reconciliation>,
}

impl Receipt {
    /// Whether what the job reports and what the company shows agree, or nothing was to import.
    pub fn is_reconciled(&self) -> bool {
        self.reconciliation.is_none_or(|it| it.verified)
    }

    /// Whether each person in the file that the mode selects was imported. A rejected row that was not
    /// selected does not count.
    pub fn is_complete(&self) -> bool {
        let is_rejected = self.mode != ImportMode::Selected && self.rows.rejected() > 0;
        self.failed == 0 && !is_rejected && self.imported == self.expected
    }

    /// How many users were created; `None` if what the company shows does not agree.
    pub fn created(&self) -> Option<u64> {
        match self.reconciliation {
            Some(figures) => Some(figures.expected_new).filter(|_| figures.verified),
            None => Some(0),
        }
    }

    /// How many users who existed were imported; `None` if what the company shows does not agree, or if
    /// the job does not report its rows.
    pub fn updated(&self) -> Option<u64> {
        match self.reconciliation {
            Some(figures) if figures.reported.is_none() => None,
            _ => self.imported.checked_sub(self.created()?),
        }
    }

    /// How the import ended.
    pub fn outcome(&self) -> ImportOutcome {
        match (self.is_reconciled(), self.is_complete()) {
            (false, _) => ImportOutcome::Unverified,
            (true, true) => ImportOutcome::Complete,
            (true, false) => ImportOutcome::Incomplete,
        }
    }

    /// Whether new people were looked for, and none was found.
    pub(crate) fn lacks_new_people(&self) -> bool {
        let figures = self.reconciliation;
        figures.is_some_and(|it| {
            it.expected_new > 0 && it.people_checked > 0 && it.people_confirmed == Some(0)
        })
    }

    /// The report of an import that the service works on.
    pub(crate) fn report_started(&self) -> ImportReport {
        ImportReport {
            outcome: ImportOutcome::Started,
            imported: None,
            created: None,
            updated: None,
            failed: None,
            ..self.report()
        }
    }

    /// Whether it is known how many rows were imported and how many failed: the job reports it, or what
    /// the company shows agrees.
    fn has_known_counts(&self) -> bool {
        let figures = self.reconciliation;
        figures.is_none_or(|it| it.verified || it.reported.is_some())
    }

    /// The receipt as data.
    pub fn report(&self) -> ImportReport {
        let is_known = self.has_known_counts();
        ImportReport {
            company: self.company.clone(),
            file: self.file.clone(),
            transaction_id: self.transaction_id.clone(),
            outcome: self.outcome(),
            mode: self.mode,
            rows: self.rows,
            expected: self.expected,
            imported: is_known.then_some(self.imported),
            created: self.created(),
            updated: self.updated(),
            failed: is_known.then_some(self.failed),
            ticket: self.ticket.clone(),
            job: self.job.clone(),
            rejected: self.rejected.clone(),
            warnings: self.warnings.clone(),
            reconciliation: self.reconciliation,
            license: None,
            domains: self.domains.clone(),
        }
    }
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} for {}: ", self.file, self.company)?;
        match (self.imported, self.failed) {
            (0, 0) => f.write_str("nothing to import")?,
            (imported, 0) => write!(f, "{imported} imported")?,
            (imported, failed) => write!(f, "{imported} imported, {failed} failed")?,
        }
        if self.rows.rejected() > 0 {
            write!(f, ", {}", self.rows.describe_rejected())?;
        }
        match self.reconciliation.filter(|figures| !figures.verified) {
            Some(figures) => write!(f, "; {figures}"),
            None => Ok(()),
        }
    }
}
