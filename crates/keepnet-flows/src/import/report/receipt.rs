//! What an import did.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::import_report::ImportReport;
use crate::import::{ImportCounts, ImportMode, RowNumbers};
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
    /// Which people were imported.
    pub mode: ImportMode,
    /// How many people are in the file, as the preview counted them.
    pub rows: ImportCounts,
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
    /// The rows that were imported. Where the file was not at hand when the import was carried on,
    /// the rows that failed are still among them.
    pub imported_rows: RowNumbers,
    /// The valid rows that the mode left out.
    #[serde(rename = "left_out_rows")]
    pub skipped_rows: RowNumbers,
    /// The SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
    /// The company's users before and after; null where nothing was to import, or
    /// where they could not be counted afterwards.
    pub reconciliation: Option<Reconciliation>,
}

/// Whether the company has as many users more as were to be created.
///
/// It counts what others did meanwhile, too: a difference is a reason to look, no proof of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Reconciliation {
    /// Active and inactive users before the import.
    pub users_before: u64,
    /// Active and inactive users after it.
    pub users_after: u64,
    /// How many users were to be created.
    pub expected_new: u64,
}

impl Reconciliation {
    /// How many more users there are.
    pub fn seen_new(&self) -> u64 {
        self.users_after.saturating_sub(self.users_before)
    }

    /// Whether as many users were added as the import had to create.
    pub fn agrees(&self) -> bool {
        self.users_before.checked_add(self.expected_new) == Some(self.users_after)
    }
}

impl Receipt {
    /// Whether the user counts agree, or there are none.
    pub fn is_reconciled(&self) -> bool {
        self.reconciliation.is_none_or(|it| it.agrees())
    }

    /// Whether each person in the file that the mode selects was imported.
    pub fn is_complete(&self) -> bool {
        self.failed == 0 && self.rows.invalid == 0
    }

    /// The receipt as data.
    pub fn report(&self) -> ImportReport {
        ImportReport {
            company: self.company.clone(),
            file: self.file.clone(),
            transaction_id: self.transaction_id.clone(),
            rows: self.rows,
            imported: self.imported,
            failed: self.failed,
            job: self.job.clone(),
            rejected: self.rejected.clone(),
            warnings: self.warnings.clone(),
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
        if self.rows.invalid > 0 {
            write!(f, ", {} rejected", self.rows.invalid)?;
        }
        if let Some(counted) = self.reconciliation.filter(|counted| !counted.agrees()) {
            write!(
                f,
                "; expected {} new users but the count went from {} to {}",
                counted.expected_new, counted.users_before, counted.users_after
            )?;
        }
        Ok(())
    }
}
