//! The normalisation: small named passes, each with a reason, in a fixed order.

mod areas;
mod bodies_required;
mod disputed_answers;
mod downloads;
mod envelopes;
pub(crate) use envelopes::{ENVELOPE, PAGE};
mod facts_only;
mod filter_values;
mod hoist;
mod media_types;
mod open_for_reading;
mod operation_ids;
mod restore_bodies;
mod schema_names;
mod undeclared_errors;
mod unused_schemas;

use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

use crate::{Areas, NamesLock, SpecError, walk};

/// One step of the normalisation.
pub struct Pass {
    /// The name that reports use.
    pub name: &'static str,
    /// Why the published document needs it.
    pub reason: &'static str,
    run: fn(&mut Work<'_>) -> Result<usize, SpecError>,
}

/// All passes in the order in which they run.
pub const PASSES: &[Pass] = &[
    restore_bodies::PASS,
    media_types::PASS,
    downloads::PASS,
    disputed_answers::PASS,
    undeclared_errors::PASS,
    facts_only::PASS,
    envelopes::PASS,
    filter_values::PASS,
    hoist::PASS,
    schema_names::PASS,
    open_for_reading::PASS,
    bodies_required::PASS,
    unused_schemas::PASS,
    operation_ids::PASS,
    areas::PASS,
];

/// How often a pass changed the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bite {
    /// The name of the pass.
    pub pass: &'static str,
    /// How many places it changed.
    pub count: usize,
}

/// What people decided about the document, beside the names they pinned.
#[derive(Debug, Clone, Default)]
pub struct Decisions {
    /// Operation and schema names that must not change.
    pub names: NamesLock,
    /// Which tag belongs to which area.
    pub areas: Areas,
    /// Where the document is known to be wrong.
    pub corrections: Corrections,
}

/// Where the document is known to be wrong; keyed by operation, never by schema name.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corrections {
    /// `METHOD /path` to the component that the published body was cut from.
    #[serde(default)]
    pub restored_bodies: BTreeMap<String, String>,
    /// Operations whose documented and observed answers differ in shape.
    #[serde(default)]
    pub disputed_answers: BTreeSet<String>,
    /// Operations that answer a file although the document says JSON.
    #[serde(default)]
    pub downloads: BTreeSet<String>,
    /// Operations whose success declares no content: what they answer is read as bytes.
    #[serde(default)]
    pub answers_without_content: BTreeSet<String>,
    /// Operations that take a form with files, which the bindings write without the generator.
    #[serde(default)]
    pub forms: BTreeSet<String>,
    /// Values that clients of the service are known to use, by short schema name.
    #[serde(default)]
    pub known_values: BTreeMap<String, Vec<String>>,
}

impl Corrections {
    /// A correction of an operation that is gone, or whose path has other names now, would be lost
    /// without a word.
    fn require_published(&self, document: &Value) -> Result<(), SpecError> {
        let mut published = BTreeSet::new();
        walk::each_operation(document, |method, path, _| {
            published.insert(walk::place(method, path));
        });
        let corrected = self
            .restored_bodies
            .keys()
            .chain(&self.disputed_answers)
            .chain(&self.downloads)
            .chain(&self.answers_without_content)
            .chain(&self.forms);
        match corrected
            .into_iter()
            .find(|place| !published.contains(*place))
        {
            None => Ok(()),
            Some(gone) => Err(SpecError::at(
                gone,
                "corrections.toml corrects it, but it is not published under this path; rename or delete the entry",
            )),
        }
    }
}

/// The contract with what was learned while deriving it.
#[derive(Debug, Clone)]
pub struct Normalised {
    /// The document after all passes: interface facts only.
    pub contract: Value,
    /// How often each pass bit, in the order in which they ran.
    pub bites: Vec<Bite>,
    /// The pinned names, with those of new operations and schemas added.
    pub names: NamesLock,
}

impl Normalised {
    /// The passes that changed nothing: the document has moved on, and they should be removed.
    pub fn idle_passes(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.bites
            .iter()
            .filter(|bite| bite.count == 0)
            .map(|bite| bite.pass)
    }
}

/// Runs every pass over a published document.
///
/// Fails with one line that names the place where a decision is missing or contradicted.
pub fn normalise(document: Value, decisions: &Decisions) -> Result<Normalised, SpecError> {
    decisions.corrections.require_published(&document)?;
    let mut work = Work {
        document,
        decisions,
        names: decisions.names.clone(),
    };
    let mut bites = Vec::with_capacity(PASSES.len());
    for pass in PASSES {
        let count = (pass.run)(&mut work)?;
        bites.push(Bite {
            pass: pass.name,
            count,
        });
    }
    Ok(Normalised {
        contract: work.document,
        bites,
        names: work.names,
    })
}

struct Work<'a> {
    document: Value,
    decisions: &'a Decisions,
    names: NamesLock,
}

#[cfg(test)]
mod tests;
