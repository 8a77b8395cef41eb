//! Gives each schema its short name.

use serde_json::Map;

use crate::names::{HOISTED, SchemaNames};
use crate::normalize::pass::{Pass, Work};
use crate::{SpecError, openapi};

pub(crate) const PASS: Pass = Pass {
    name: "schema_names",
    reason: ".NET names embed assembly versions, are up to 566 characters long and clash without regard to case",
    run,
};

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    let Some(schemas) = openapi::schemas_mut(&mut work.document) else {
        return Ok(0);
    };
    let names = SchemaNames::choose(schemas, &work.names)?;
    work.names.set_schemas(names.pins.clone());
    let mut renamed = Map::new();
    let mut hits = 0;
    for (old, mut schema) in std::mem::take(schemas) {
        let new = names.of(&old);
        hits += usize::from(new != old);
        if let Some(map) = schema.as_object_mut() {
            map.remove(HOISTED);
        }
        // Schemas that share a name have the same shape: the naming has checked it.
        renamed.insert(new.to_owned(), schema);
    }
    *schemas = renamed;
    openapi::change_references(&mut work.document, |name| {
        Some(format!("{}{}", openapi::SCHEMA_PREFIX, names.of(name)))
    });
    Ok(hits)
}
