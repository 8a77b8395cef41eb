//! The result of an import as data.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use keepnet_client::CompanyRef;
use keepnet_staff_list::{RowProblem, Warning};

use crate::import::ImportCounts;

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
    /// How many people are in the file.
    pub rows: ImportCounts,
    /// How many of them were imported; 0 before the import.
    pub imported: u64,
    /// How many rows the service failed to import, though it had accepted them.
    pub failed: u64,
    /// The id of the import job; null where none ran, or none was seen.
    pub job: Option<String>,
    /// What is wrong with the rows that were not imported, in the order of the rows.
    pub rejected: Vec<RowProblem>,
    /// What a person should look at in the file; at most 10,000 are kept.
    #[serde(default)]
    pub warnings: Vec<Warning>,
}
