//! The normalization: small named passes, each with a reason, in a fixed order.

mod decisions;
mod document;
mod facts_only;
mod gone;
mod missing;
#[cfg(test)]
mod missing_tests;
mod operations;
mod pass;
mod schemas;
#[cfg(test)]
mod tests;

pub use decisions::{Corrections, Decisions};
pub use missing::{Edit, MissingDecision, Proposal};
pub use pass::{Pass, PassHits};

use serde_json::Value;

use crate::{NamesLock, SpecError, sentences};
use operations::{
    areas, bodies_required, disputed_responses, downloads, media_types, operation_ids,
    restore_bodies, undeclared_errors,
};
use pass::Work;
use schemas::{envelopes, filter_values, hoist, open_for_reading, schema_names, unused_schemas};

/// All passes in the order in which they run.
pub const PASSES: &[Pass] = &[
    restore_bodies::PASS,
    media_types::PASS,
    downloads::PASS,
    disputed_responses::PASS,
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

/// The contract, with the facts that its derivation has found.
#[derive(Debug, Clone)]
pub struct Normalized {
    /// The document after all passes: interface facts only.
    pub contract: Value,
    /// The number of places that each pass changed, in the order of the passes.
    pub pass_hits: Vec<PassHits>,
    /// The operations of `retry-classes.toml` that the document does not have.
    pub unpublished: Vec<String>,
    /// The pinned names, with those of new operations and schemas added.
    pub names: NamesLock,
    /// The decisions that nobody has taken; the contract is the one of the proposals.
    pub missing: Vec<MissingDecision>,
}

impl Normalized {
    /// The same, or an error with a line for each missing decision.
    pub fn require_decided(self) -> Result<Normalized, SpecError> {
        let missing = self.missing.iter().map(MissingDecision::to_error);
        SpecError::of_all(missing.collect())?;
        Ok(self)
    }

    /// The passes that changed nothing: the document no longer needs them.
    pub fn idle_passes(&self) -> impl Iterator<Item = &'static str> + '_ {
        let idle = self.pass_hits.iter().filter(|hits| hits.count == 0);
        idle.map(|hits| hits.pass)
    }
}

/// Runs every pass over a published document.
///
/// All missing decisions are collected, and the passes go on with what is proposed for each. Fails
/// with a line for each place that no decision can settle.
pub fn normalize(mut document: Value, decisions: &Decisions) -> Result<Normalized, SpecError> {
    document::prepare(&mut document)?;
    let (decisions, mut missing) = gone::without_gone_operations(&document, decisions);
    // Before the passes, which drop the texts.
    for (place, problem) in decisions.retry_classes.contradicted(&document) {
        missing.push(MissingDecision::new(place, problem, None));
    }
    let unpublished = decisions.retry_classes.unpublished(&document);
    let unpublished = unpublished.into_iter().map(str::to_owned).collect();
    let mut work = Work {
        document,
        decisions: &decisions,
        names: decisions.names.clone(),
        missing,
    };
    let mut pass_hits = Vec::with_capacity(PASSES.len());
    for pass in PASSES {
        let count = (pass.run)(&mut work)?;
        pass_hits.push(PassHits {
            pass: pass.name,
            count,
        });
    }
    let sentences = sentences(&work.document).into_iter().map(|(place, text)| {
        SpecError::at(
            place,
            format!("the contract would hold the sentence {text:?} of the document; drop it in the facts_only pass"),
        )
    });
    SpecError::of_all(sentences.collect())?;
    Ok(Normalized {
        contract: work.document,
        pass_hits,
        unpublished,
        names: work.names,
        missing: work.missing,
    })
}
