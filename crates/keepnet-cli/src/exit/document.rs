//! An error as a document.

use schemars::JsonSchema;
use serde::Serialize;

/// An error as `--output json` prints it to standard error, on one line.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Error")]
pub(crate) struct ErrorDocument {
    /// Always `error`.
    pub(super) outcome: &'static str,
    /// What went wrong.
    pub(super) error: ErrorDetail,
}

/// What went wrong.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ErrorDetail {
    /// A word to compare, such as `not_found`.
    pub(super) code: &'static str,
    /// One line for a person.
    pub(super) message: String,
    /// What to do.
    pub(super) hint: Option<String>,
    /// The causes, the nearest first.
    pub(super) causes: Vec<String>,
    /// The exit code of the command.
    pub(super) exit_code: u8,
}
