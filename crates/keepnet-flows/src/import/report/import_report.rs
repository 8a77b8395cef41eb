//! The result of an import as data.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use keepnet_client::CompanyRef;
use keepnet_staff_list::{RowProblem, Warning};

use super::reconciliation::Reconciliation;
use crate::companies::LicenseUse;
use crate::import::{ImportCounts, ImportMode};
use crate::users::DomainComparison;

/// An import as `users import --output json` prints it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ImportReport {
    /// The customer.
    pub company: CompanyRef,
    /// The file's name.
    pub file: String,
    /// The upload transaction.
    pub transaction_id: String,
    /// How the import ended, or how far it is.
    pub outcome: ImportOutcome,
    /// Which people are imported.
    pub mode: ImportMode,
    /// How many people are in the file.
    pub rows: ImportCounts,
    /// How many people are to be imported by the mode.
    pub expected: u64,
    /// How many of them were imported: 0 before the import. Null while the service works on it, and if
    /// neither its job nor the company shows it.
    pub imported: Option<u64>,
    /// How many users were created: 0 before the import. Null while the service works on it, and if what
    /// the company shows does not agree.
    pub created: Option<u64>,
    /// How many users who existed were imported. Null where `created` is, and if the job does not report
    /// its rows.
    pub updated: Option<u64>,
    /// How many rows the service failed to import, though it had accepted them; null where `imported`
    /// is.
    pub failed: Option<u64>,
    /// The id of the ticket; null if none is kept.
    pub ticket: Option<String>,
    /// The id of the import job; null where none ran, or none was seen.
    pub job: Option<String>,
    /// What is wrong with the rows that were not imported, in the order of the rows.
    pub rejected: Vec<RowProblem>,
    /// What a person should look at in the file; at most 10,000 are kept.
    #[serde(default)]
    pub warnings: Vec<Warning>,
    /// What was expected, what the job reports and what the company shows; null before the end, and
    /// where nothing was to import.
    pub reconciliation: Option<Reconciliation>,
    /// The seats of the licence before and after the import; null where they were not asked for.
    pub license: Option<LicenseUse>,
    /// How the domains of the people compare with those of the company's users; null in a synchronization,
    /// which compares those who join.
    #[serde(default)]
    pub domains: Option<DomainComparison>,
}

/// How an import ended, or how far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ImportOutcome {
    /// It would be imported; nothing is written yet.
    Planned,
    /// The service works on it.
    Started,
    /// Each person was imported, and the company shows it.
    Complete,
    /// Rows were rejected or failed; the others were imported.
    Incomplete,
    /// The job has ended, but what the company shows does not agree; see [`Reconciliation`].
    Unverified,
}
