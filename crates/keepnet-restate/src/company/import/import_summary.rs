//! What an import did, without people.

use keepnet_flows::{
    ImportCounts, ImportMode, ImportOutcome, Receipt, Reconciliation, import::RowNumbers,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an import did: ids, a digest, counts and row numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ImportSummary {
    /// The resource id of the customer.
    pub company: String,
    /// The name of the file without folders.
    pub file: String,
    /// The SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
    /// How the import ended.
    pub outcome: ImportOutcome,
    /// The upload transaction.
    pub transaction_id: String,
    /// The id of the import job; null where nothing was to import, or no job was seen.
    pub job: Option<String>,
    /// Which people were imported.
    pub mode: ImportMode,
    /// How many people are in the file.
    pub rows: ImportCounts,
    /// How many people were to be imported.
    pub expected: u64,
    /// How many people were imported, created or updated.
    pub imported: u64,
    /// How many rows the service failed to import, though it had accepted them.
    pub failed: u64,
    /// The rows that were not imported, as far as they are known; `keepnet users check` says what is
    /// wrong with most of them.
    pub rejected_rows: RowNumbers,
    /// How many warnings there are about the file.
    pub warnings: u64,
    /// What was expected, what the job reports and what the company shows.
    pub reconciliation: Option<Reconciliation>,
}

impl ImportSummary {
    pub(super) fn of(receipt: &Receipt) -> ImportSummary {
        ImportSummary {
            company: receipt.company.id.clone(),
            file: receipt.file.clone(),
            sha256: receipt.sha256.clone(),
            outcome: receipt.outcome(),
            transaction_id: receipt.transaction_id.clone(),
            job: receipt.job.clone(),
            mode: receipt.mode,
            rows: receipt.rows,
            expected: receipt.expected,
            imported: receipt.imported,
            failed: receipt.failed,
            rejected_rows: receipt.rejected.iter().filter_map(|it| it.row).collect(),
            warnings: receipt.warnings.len() as u64,
            reconciliation: receipt.reconciliation,
        }
    }
}
