//! What a synchronization did, without people.

use keepnet_flows::import::RowNumbers;
use keepnet_flows::{Reconciliation, SyncCounts, SyncOutcome, SyncReceipt, SyncedUser};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a synchronization did: ids, a digest, counts and row numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct SyncSummary {
    /// The resource id of the customer.
    pub company: String,
    /// The name of the file without folders.
    pub file: String,
    /// The SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
    /// How the synchronization ended.
    pub outcome: SyncOutcome,
    /// How many people the last attempt found to concern: after an interruption, those who were left.
    pub people: SyncCounts,
    /// How many people joined.
    pub joined: u64,
    /// How many people were changed.
    pub changed: u64,
    /// How many people left.
    pub left: u64,
    /// How many people were to be written and were not, or it is not known.
    pub failed: u64,
    /// How many people of the plan were not written, because they were not as it saw them.
    pub skipped: u64,
    /// The rows of the people who joined.
    pub joined_rows: RowNumbers,
    /// The rows of the people whose record was changed.
    pub changed_rows: RowNumbers,
    /// The rows that were rejected, as far as they are known; `keepnet users check` says what is wrong
    /// with most of them.
    pub rejected_rows: RowNumbers,
    /// The people whom a request of their own did not bring to what the list says, by their resource ids.
    pub failures: Vec<SyncedUser>,
    /// How many warnings there are about the file.
    pub warnings: u64,
    /// The upload transaction of the last import; null where there was none.
    pub transaction_id: Option<String>,
    /// The id of its job; null where none was seen.
    pub job: Option<String>,
    /// What was expected of it, what its job reports and what the customer shows.
    pub reconciliation: Option<Reconciliation>,
}

impl SyncSummary {
    pub(super) fn of(receipt: &SyncReceipt) -> SyncSummary {
        let report = receipt.report();
        let import = report.import.as_ref();
        SyncSummary {
            company: report.company.id.clone(),
            file: report.file.clone(),
            sha256: receipt.sha256.clone(),
            outcome: report.outcome,
            people: report.people,
            joined: report.joined,
            changed: report.changed,
            left: report.left,
            failed: report.failed,
            skipped: report.skipped,
            joined_rows: receipt.joined_rows.clone(),
            changed_rows: receipt.changed_rows.clone(),
            rejected_rows: report.rejected.iter().filter_map(|it| it.row).collect(),
            failures: report.failures.clone(),
            warnings: report.warnings.len() as u64,
            transaction_id: import.map(|it| it.transaction_id.clone()),
            job: import.and_then(|it| it.job.clone()),
            reconciliation: import.and_then(|it| it.reconciliation),
        }
    }
}
