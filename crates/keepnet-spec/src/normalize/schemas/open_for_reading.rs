//! Opens the schemas for fields and values that the document does not list.

use serde_json::{Map, Value};

use crate::directions::Directions;
use crate::normalize::missing::{CORRECTIONS, Edit, MissingDecision};
use crate::normalize::pass::{Pass, Work};
use crate::{SpecError, openapi};

pub(crate) const PASS: Pass = Pass {
    name: "open_for_reading",
    reason: "the service adds fields, leaves fields out and knows enum values that the document does not list",
    run,
};

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    let mut hits = 0;
    let directions = Directions::of(&work.document);
    let known_values = &work.decisions.corrections.known_values;
    let Some(schemas) = openapi::schemas_mut(&mut work.document) else {
        return Ok(0);
    };
    for unknown in known_values
        .keys()
        .filter(|name| !schemas.contains_key(*name))
    {
        let problem =
            "corrections.toml lists known values of this schema, but the contract does not have it";
        let edit = Edit::Delete(unknown.clone());
        let proposal = Some((CORRECTIONS, edit));
        work.missing
            .push(MissingDecision::new(unknown, problem, proposal));
    }
    for (name, schema) in schemas.iter_mut() {
        let map = schema.as_object_mut();
        let is_received = directions.received.contains(name);
        if is_received && map.is_some_and(|map| map.remove("required").is_some()) {
            hits += 1;
        }
        if is_valueless_enum(schema) {
            let values = known_values.get(name).cloned().unwrap_or_default();
            schema["x-known-values"] = values.into();
            hits += 1;
        }
        openapi::each_object_mut(schema, &mut |map| hits += open(map));
    }
    // A closed list would make a response with a newer value unreadable.
    openapi::change_operations(&mut work.document, |_, _, operation| {
        if let Some(parameters) = operation.get_mut("parameters") {
            openapi::each_object_mut(parameters, &mut |map| hits += open(map));
        }
        Ok(0)
    })?;
    Ok(hits)
}

fn open(map: &mut Map<String, Value>) -> usize {
    let mut hits = 0;
    // `date-span` is no OpenAPI format; the service writes free text there.
    for (key, closed) in [
        ("additionalProperties", false.into()),
        ("format", "date-span".into()),
    ] {
        if map.get(key) == Some(&closed) {
            map.remove(key);
            hits += 1;
        }
    }
    if map.get("enum").is_some_and(Value::is_array)
        && let Some(values) = map.remove("enum")
    {
        map.insert("x-known-values".to_owned(), values);
        hits += 1;
    }
    hits
}

fn is_valueless_enum(schema: &Value) -> bool {
    schema.as_object().is_some_and(|map| map.len() == 1) && schema["type"] == "string"
}
