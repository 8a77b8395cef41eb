//! One step of the normalization, and the document that it works on.

use serde_json::Value;

use super::decisions::Decisions;
use super::missing::MissingDecision;
use crate::{NamesLock, SpecError};

/// One step of the normalization.
pub struct Pass {
    /// The name that reports use.
    pub name: &'static str,
    /// Why the published document needs it.
    pub reason: &'static str,
    /// Changes the document and returns the number of places that it changed.
    pub(super) run: fn(&mut Work<'_>) -> Result<usize, SpecError>,
}

/// The number of places that a pass changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassHits {
    /// The name of the pass.
    pub pass: &'static str,
    /// The number of places.
    pub count: usize,
}

/// The state that one pass hands to the next.
pub(super) struct Work<'a> {
    pub(super) document: Value,
    pub(super) decisions: &'a Decisions,
    pub(super) names: NamesLock,
    pub(super) missing: Vec<MissingDecision>,
}
