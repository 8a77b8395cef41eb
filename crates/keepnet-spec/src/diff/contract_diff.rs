//! The comparison of two contracts.

use serde::Serialize;
use std::collections::BTreeMap;

use super::change::{Change, Changes, Impact, from_to};
use super::editorial::EditorialChanges;
use super::{bindings, operations, remainder, types};
use crate::{Contract, PassHits, SpecError};

/// All changes from one contract to another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ContractDiff {
    /// The changes: the operations and the types on the wire, then the bindings.
    pub changes: Vec<Change>,
    /// The changes of the published documents that do not reach the contract, if both are at hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub editorial: Option<EditorialChanges>,
    /// The passes that changed more or fewer places than before, as `restore_bodies 11 → 20`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub passes: Vec<String>,
}

impl ContractDiff {
    /// Compares two contracts, and the bindings that are generated from them.
    ///
    /// Operations are matched by method and path, without the names of path parameters; types by
    /// name. Fails where the bindings of one of the contracts cannot be generated.
    pub fn between(before: &Contract, after: &Contract) -> Result<ContractDiff, SpecError> {
        if before.document() == after.document() {
            return Ok(ContractDiff::default());
        }
        let mut changes = Changes::default();
        operations::compare(&mut changes, before, after);
        types::compare(&mut changes, before, after);
        bindings::compare(&mut changes, before, after)?;
        if changes.0.is_empty() {
            remainder::compare(&mut changes, before.document(), after.document());
        }
        Ok(ContractDiff {
            changes: changes.0,
            ..ContractDiff::default()
        })
    }

    /// Adds the number of places that each pass changed before, where it is known, and now.
    #[must_use]
    pub fn with_pass_hits(mut self, before: &BTreeMap<String, usize>, now: &[PassHits]) -> Self {
        for PassHits { pass, count } in now {
            if let Some(old) = before.get(*pass).filter(|old| *old != count) {
                let counts = from_to(&old.to_string(), &count.to_string());
                self.passes.push(format!("{pass} {counts}"));
            }
        }
        self
    }

    /// Adds the number of editorial changes between the two published documents.
    #[must_use]
    pub fn with_editorial(mut self, editorial: EditorialChanges) -> Self {
        self.editorial = Some(editorial);
        self
    }

    /// Whether a caller notices no change.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The largest impact on programs on the wire.
    pub fn wire(&self) -> Impact {
        let impacts = self.changes.iter().map(|change| change.wire);
        impacts.max().unwrap_or(Impact::None)
    }

    /// The largest impact on Rust callers.
    pub fn rust(&self) -> Impact {
        let impacts = self.changes.iter().map(|change| change.rust);
        impacts.max().unwrap_or(Impact::None)
    }

    /// The semver step in the words of a 1.0 release; before 1.0 each step is one place further
    /// right.
    pub fn semver(&self) -> &'static str {
        match self.rust() {
            Impact::Breaking => "major",
            Impact::Additive => "minor",
            Impact::None => "patch",
        }
    }
}
