//! The shape of a schema on the wire, without the names of its types.

use serde_json::{Map, Value, json};

use super::change::Impact;
use crate::{Contract, openapi};

const SHAPING: [&str; 6] = [
    "additionalProperties",
    "allOf",
    "format",
    "items",
    "properties",
    "type",
];

/// Another type that looks the same on the wire breaks Rust callers alone.
pub(super) fn impact(before: (&Contract, &Value), after: (&Contract, &Value)) -> Impact {
    let shape = |(contract, schema)| shape(contract, schema, &mut Vec::new());
    Impact::breaking_if(shape(before) != shape(after))
}

/// The schema with its references followed; a type within itself is replaced by its distance.
fn shape(contract: &Contract, schema: &Value, within: &mut Vec<String>) -> Value {
    if let Some(name) = openapi::reference(schema) {
        if let Some(position) = within.iter().position(|open| open == name) {
            return json!({"within": within.len() - position});
        }
        within.push(name.to_owned());
        let component = contract.schema(name).unwrap_or(&Value::Null);
        let shape = shape(contract, component, within);
        within.pop();
        return shape;
    }
    let mut shaped = Map::new();
    for (key, value) in schema.as_object().into_iter().flatten() {
        let value = match (key.as_str(), value) {
            (key, _) if !SHAPING.contains(&key) => continue,
            ("properties", Value::Object(fields)) => fields
                .iter()
                .map(|(field, schema)| (field.clone(), shape(contract, schema, within)))
                .collect::<Map<_, _>>()
                .into(),
            (_, Value::Array(parts)) => parts
                .iter()
                .map(|part| shape(contract, part, within))
                .collect(),
            (_, Value::Object(_)) => shape(contract, value, within),
            (_, plain) => plain.clone(),
        };
        shaped.insert(key.clone(), value);
    }
    shaped.into()
}
