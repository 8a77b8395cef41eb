use serde_json::{Map, Value};

use super::{Pass, Work};
use crate::{SpecError, direction::Directions, walk};

pub(super) const PASS: Pass = Pass {
    name: "open_for_reading",
    reason: "the service adds fields, leaves fields out and knows enum values that the document does not list",
    run,
};

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    let mut bites = 0;
    let directions = Directions::of(&work.document);
    let known_values = &work.decisions.corrections.known_values;
    let Some(schemas) = walk::schemas_mut(&mut work.document) else {
        return Ok(0);
    };
    for (name, schema) in schemas.iter_mut() {
        if directions.is_received(name) && remove(schema, "required") {
            bites += 1;
        }
        if is_valueless_enum(schema) {
            let values = known_values.get(name).cloned().unwrap_or_default();
            schema["x-known-values"] = Value::from(values);
            bites += 1;
        }
        walk::each_object_mut(schema, &mut |map| bites += open(map));
    }
    // A closed list would make an answer with a newer value unreadable.
    walk::try_each_operation_mut(&mut work.document, |_, _, operation| {
        if let Some(parameters) = operation.get_mut("parameters") {
            walk::each_object_mut(parameters, &mut |map| bites += open(map));
        }
        Ok::<_, SpecError>(())
    })?;
    let Some(schemas) = walk::schemas(&work.document) else {
        return Ok(bites);
    };
    if let Some(unknown) = known_values
        .keys()
        .find(|name| !schemas.contains_key(*name))
    {
        return Err(SpecError::at(
            unknown.as_str(),
            "corrections.toml knows values of it, but no such schema is in the contract",
        ));
    }
    Ok(bites)
}

fn open(map: &mut Map<String, Value>) -> usize {
    let mut bites = 0;
    if map.get("additionalProperties") == Some(&Value::Bool(false)) {
        map.remove("additionalProperties");
        bites += 1;
    }
    if map.get("enum").is_some_and(Value::is_array)
        && let Some(values) = map.remove("enum")
    {
        map.insert("x-known-values".to_owned(), values);
        bites += 1;
    }
    // Not an OpenAPI format; the service writes free text there.
    if map.get("format").and_then(Value::as_str) == Some("date-span") {
        map.remove("format");
        bites += 1;
    }
    bites
}

fn is_valueless_enum(schema: &Value) -> bool {
    schema.as_object().is_some_and(|map| map.len() == 1) && schema["type"] == "string"
}

fn remove(schema: &mut Value, key: &str) -> bool {
    schema
        .as_object_mut()
        .is_some_and(|map| map.remove(key).is_some())
}
