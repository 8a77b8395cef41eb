//! Drops the schemas that no operation reaches.

use std::collections::BTreeSet;

use crate::normalize::pass::{Pass, Work};
use crate::{SpecError, openapi};

pub(crate) const PASS: Pass = Pass {
    name: "unused_schemas",
    reason: "a schema that no operation reaches is no interface fact",
    run,
};

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    let mut start = BTreeSet::new();
    for (_, _, operation) in openapi::operations(&work.document) {
        openapi::references(operation, &mut start);
    }
    let Some(schemas) = openapi::schemas_mut(&mut work.document) else {
        return Ok(0);
    };
    if let Some(missing) = start.iter().find(|name| !schemas.contains_key(*name)) {
        return Err(SpecError::at(
            missing.as_str(),
            "an operation points to this schema, but it is not in the document",
        ));
    }
    let reached = openapi::closure(schemas, start);
    let before = schemas.len();
    schemas.retain(|name, _| reached.contains(name));
    Ok(before - schemas.len())
}
