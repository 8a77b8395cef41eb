//! The decisions of maintainers about the published document.

use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

use crate::{Areas, NamesLock, RetryClasses, SpecError, openapi};

/// The decisions of maintainers about the document.
#[derive(Debug, Clone, Default)]
pub struct Decisions {
    /// Operation and schema names that must not change.
    pub names: NamesLock,
    /// The area of each tag.
    pub areas: Areas,
    /// The operations whose method does not say whether they may be repeated.
    pub retry_classes: RetryClasses,
    /// Where the document is known to be wrong.
    pub corrections: Corrections,
}

/// Where the document is known to be wrong; keyed by operation, never by schema name.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Corrections {
    /// `METHOD /path` to the component that the published body was cut from.
    pub restored_bodies: BTreeMap<String, String>,
    /// Operations whose documented and observed responses differ in shape.
    pub disputed_responses: BTreeSet<String>,
    /// Operations that return a file although the document says JSON or nothing.
    pub downloads: BTreeSet<String>,
    /// Values that clients of the service are known to use, by short schema name.
    pub known_values: BTreeMap<String, Vec<String>>,
}

impl Corrections {
    /// Without this check, a correction is lost without a message when its operation is removed or
    /// its path parameters are renamed.
    pub(super) fn require_published(&self, document: &Value) -> Result<(), SpecError> {
        let published: BTreeSet<String> = openapi::operations(document)
            .map(|(method, path, _)| openapi::place(method, path))
            .collect();
        let mut corrected = self
            .restored_bodies
            .keys()
            .chain(&self.disputed_responses)
            .chain(&self.downloads);
        match corrected.find(|place| !published.contains(*place)) {
            None => Ok(()),
            Some(place) => Err(SpecError::at(
                place,
                "corrections.toml has an entry for it, but the document does not; rename or delete the entry",
            )),
        }
    }
}
