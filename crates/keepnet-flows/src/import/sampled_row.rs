//! A row whose person is looked for after an import.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A row whose person is looked for after an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct SampledRow {
    /// The row as a spreadsheet numbers it.
    pub row: u32,
    /// Whether the company had no user with this address.
    pub is_new: bool,
    /// When an existing user was changed last before the import, as the service writes it.
    pub updated: Option<String>,
}
