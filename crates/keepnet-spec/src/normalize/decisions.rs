//! The decisions of maintainers about the published document.

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

use crate::{Areas, NamesLock, RetryClasses};

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
    /// The component of each JSON body in the contract before, by operation: a body that is written
    /// out in place now is restored from it.
    pub bodies: BTreeMap<String, String>,
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
    /// Every operation that an entry is about.
    pub(super) fn places(&self) -> BTreeSet<String> {
        let places = self.restored_bodies.keys();
        let places = places
            .chain(&self.disputed_responses)
            .chain(&self.downloads);
        places.cloned().collect()
    }

    /// Gives the entries of an operation to another one, or drops them.
    pub(super) fn move_place(&mut self, place: &str, target: Option<&str>) {
        if let (Some(component), Some(target)) = (self.restored_bodies.remove(place), target) {
            self.restored_bodies.insert(target.to_owned(), component);
        }
        for list in [&mut self.disputed_responses, &mut self.downloads] {
            if let (true, Some(target)) = (list.remove(place), target) {
                list.insert(target.to_owned());
            }
        }
    }
}
