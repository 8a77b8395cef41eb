//! How many people are in a file.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How many people are in a file. `new`, `existing`, `invalid` and `duplicate` add up to `total` once the
/// file is mapped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ImportCounts {
    /// Rows that are not blank, without the headers.
    pub total: u64,
    /// People the company does not have yet.
    pub new: u64,
    /// People the company has, by their e-mail address.
    pub existing: u64,
    /// Rows with a problem other than a repeated e-mail address, whether it was found here or by the
    /// service.
    pub invalid: u64,
    /// Rows whose only problem is that a valid row above has their e-mail address.
    #[serde(default)]
    pub duplicate: u64,
}

impl ImportCounts {
    /// How many rows are not imported: the invalid ones and the duplicates.
    pub fn rejected(&self) -> u64 {
        self.invalid + self.duplicate
    }

    /// Such as `3 rejected (1 invalid, 2 duplicate)`.
    pub fn describe_rejected(&self) -> String {
        describe_rejected(self.invalid, self.duplicate)
    }
}

/// The rejected rows in words. Without a duplicate, all of them are invalid.
pub(crate) fn describe_rejected(invalid: u64, duplicate: u64) -> String {
    let rejected = invalid + duplicate;
    match duplicate {
        0 => format!("{rejected} rejected"),
        _ => format!("{rejected} rejected ({invalid} invalid, {duplicate} duplicate)"),
    }
}
