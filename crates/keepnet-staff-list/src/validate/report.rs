//! The result of a validation as data.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::problem::RowProblem;
use crate::columns::MappedColumn;
use crate::warning::Warning;

/// The result of a check as `users check --output json` prints it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ValidationReport {
    /// The file's name.
    pub file: String,
    /// The worksheet that was read; null for a text file.
    pub sheet: Option<String>,
    /// The encoding of a text file; null for a workbook.
    pub encoding: Option<String>,
    /// The columns that fill a field.
    pub mapping: Vec<MappedColumn>,
    /// The headers of the other columns.
    pub unmapped: Vec<String>,
    /// How many rows there are.
    pub rows: RowCounts,
    /// The problems, in the order of the rows; at most 10,000 are kept.
    pub rejected: Vec<RowProblem>,
    /// What a person should look at before the list is sent; at most 10,000 are kept.
    pub warnings: Vec<Warning>,
}

/// How many rows there are. `valid`, `invalid` and `duplicate` add up to `total`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct RowCounts {
    /// Rows that are not blank, without the headers.
    pub total: u64,
    /// Rows that can be imported.
    pub valid: u64,
    /// Rows with a problem other than a repeated e-mail address.
    pub invalid: u64,
    /// Rows whose only problem is that a valid row above has their e-mail address.
    pub duplicate: u64,
}
