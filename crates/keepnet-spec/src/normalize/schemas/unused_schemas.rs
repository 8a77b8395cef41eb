//! Drops the schemas that no operation reaches.

use crate::normalize::pass::{Pass, Work};
use crate::{SpecError, openapi};

pub(crate) const PASS: Pass = Pass {
    name: "unused_schemas",
    reason: "a schema that no operation reaches is no interface fact",
    run,
};

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    let operations = openapi::operations(&work.document);
    let operations = operations.map(|(_, _, operation)| operation);
    let reached = openapi::reachable(&work.document, operations);
    let Some(schemas) = openapi::schemas_mut(&mut work.document) else {
        return Ok(0);
    };
    if let Some(missing) = reached.iter().find(|name| !schemas.contains_key(*name)) {
        return Err(SpecError::at(
            missing.as_str(),
            "the document refers to this schema, but does not have it",
        ));
    }
    let before = schemas.len();
    schemas.retain(|name, _| reached.contains(name));
    Ok(before - schemas.len())
}
