//! How many people are in a file.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How many people are in a file. `new`, `existing` and `invalid` add up to `total` once the file
/// is mapped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ImportCounts {
    /// Rows that are not blank, without the headers.
    pub total: u64,
    /// People the company does not have yet.
    pub new: u64,
    /// People the company has, by their e-mail address.
    pub existing: u64,
    /// Rows that are not imported, whether rejected here or by the service.
    pub invalid: u64,
}
