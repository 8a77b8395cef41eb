use serde_json::{Map, Value, json};

use super::{Pass, Work};
use crate::{SpecError, walk};

pub(super) const PASS: Pass = Pass {
    name: "facts_only",
    reason: "the contract holds interface facts; no sentence or example of the published document",
    run,
};

const OPERATION: &[&str] = &[
    "deprecated",
    "parameters",
    "requestBody",
    "responses",
    "tags",
];
const PARAMETER: &[&str] = &["in", "name", "required", "schema"];
const SCHEMA: &[&str] = &[
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "enum",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "nullable",
    "oneOf",
    "pattern",
    "properties",
    "readOnly",
    "required",
    "type",
    "uniqueItems",
    "writeOnly",
];

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    let mut dropped = 0;
    let Some(document) = work.document.as_object_mut() else {
        return Err(SpecError::at("the document", "it is not a JSON object"));
    };
    let version = document
        .get("info")
        .and_then(|info| info.get("version"))
        .cloned()
        .unwrap_or_else(|| Value::from("v1"));
    document.insert(
        "info".to_owned(),
        json!({"title": "Keepnet REST API contract", "version": version}),
    );
    dropped += keep(document, &["components", "info", "openapi", "paths"]);
    if let Some(components) = document
        .get_mut("components")
        .and_then(Value::as_object_mut)
    {
        dropped += keep(components, &["schemas"]);
    }
    walk::try_each_operation_mut(&mut work.document, |method, path, operation| {
        let Some(operation) = operation.as_object_mut() else {
            return Err(SpecError::at(
                walk::place(method, path),
                "it is not a JSON object",
            ));
        };
        dropped += operation_facts(operation);
        Ok(())
    })?;
    for schema in walk::schemas_mut(&mut work.document)
        .into_iter()
        .flat_map(|s| s.values_mut())
    {
        dropped += schema_facts(schema);
    }
    Ok(dropped)
}

fn operation_facts(operation: &mut Map<String, Value>) -> usize {
    let mut dropped = keep(operation, OPERATION);
    let parameters = operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten() {
        if let Some(parameter) = parameter.as_object_mut() {
            dropped += keep(parameter, PARAMETER);
        }
        dropped += schema_facts(&mut parameter["schema"]);
    }
    if let Some(body) = operation
        .get_mut("requestBody")
        .and_then(Value::as_object_mut)
    {
        dropped += keep(body, &["content", "required"]);
        dropped += content_facts(body);
    }
    let responses = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut);
    for response in responses
        .into_iter()
        .flat_map(|responses| responses.values_mut())
    {
        if let Some(response) = response.as_object_mut() {
            dropped += keep(response, &["content"]);
            dropped += content_facts(response);
            // OpenAPI requires the key; the contract holds no prose.
            response.insert("description".to_owned(), Value::from(""));
        }
    }
    dropped
}

fn content_facts(holder: &mut Map<String, Value>) -> usize {
    let mut dropped = 0;
    let content = holder.get_mut("content").and_then(Value::as_object_mut);
    for media in content.into_iter().flat_map(|content| content.values_mut()) {
        if let Some(media) = media.as_object_mut() {
            dropped += keep(media, &["schema"]);
        }
        dropped += schema_facts(&mut media["schema"]);
    }
    dropped
}

fn schema_facts(schema: &mut Value) -> usize {
    let Some(map) = schema.as_object_mut() else {
        return 0;
    };
    let mut dropped = keep(map, SCHEMA);
    if let Some(properties) = map.get_mut("properties").and_then(Value::as_object_mut) {
        dropped += properties.values_mut().map(schema_facts).sum::<usize>();
    }
    for key in ["items", "additionalProperties"] {
        if let Some(inner) = map.get_mut(key) {
            dropped += schema_facts(inner);
        }
    }
    for key in ["allOf", "anyOf", "oneOf"] {
        for inner in map
            .get_mut(key)
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            dropped += schema_facts(inner);
        }
    }
    dropped
}

fn keep(map: &mut Map<String, Value>, keys: &[&str]) -> usize {
    let before = map.len();
    map.retain(|key, _| keys.contains(&key.as_str()));
    before - map.len()
}
