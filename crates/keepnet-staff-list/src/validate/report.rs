//! The result of a check as data.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rejected::Rejected;
use crate::columns::MappedColumn;
use crate::field::Field;

/// The result of a check as `users check --output json` prints it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct CheckReport {
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
    /// The problems, in the order of the rows, up to [`Checked::KEPT_PROBLEMS`](super::Checked::KEPT_PROBLEMS).
    pub rejected: Vec<RejectedRow>,
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

/// A problem with a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct RejectedRow {
    /// The row as a spreadsheet numbers it.
    pub row: u32,
    /// The header of the column.
    pub column: String,
    /// The letter of the column.
    pub letter: String,
    /// The field that the column fills.
    pub field: Field,
    /// What is wrong.
    pub message: String,
}

impl From<&Rejected> for RejectedRow {
    fn from(rejected: &Rejected) -> RejectedRow {
        RejectedRow {
            row: rejected.row(),
            column: rejected.column().to_owned(),
            letter: rejected.letter().to_owned(),
            field: rejected.field().clone(),
            message: rejected.reason().to_string(),
        }
    }
}
