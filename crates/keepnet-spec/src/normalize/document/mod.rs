//! The published document before the passes: shared parts are written out, and what the contract has
//! no place for is refused.

pub(super) mod allowed_keys;
mod shared_parts;
mod structure;

use serde_json::Value;

use crate::SpecError;

/// Prepares a document for the passes; fails with every place that is not understood.
pub(super) fn prepare(document: &mut Value) -> Result<(), SpecError> {
    if !document.is_object() {
        return Err(SpecError::at("the document", "it is not a JSON object"));
    }
    shared_parts::write_out(document);
    SpecError::of_all(structure::problems(document))
}
