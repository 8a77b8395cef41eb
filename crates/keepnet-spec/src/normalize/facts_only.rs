//! Drops everything from the document that is no fact of the interface.

use serde_json::{Value, json};

use super::pass::{Pass, Work};
use crate::{SpecError, openapi};

pub(super) const PASS: Pass = Pass {
    name: "facts_only",
    reason: "the contract holds interface facts; no sentence or example of the published document",
    run,
};

const DOCUMENT: &[&str] = &["components", "info", "openapi", "paths"];
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
    let document = &mut work.document;
    if !document.is_object() {
        return Err(SpecError::at("the document", "it is not a JSON object"));
    }
    let version = document.pointer("/info/version").cloned();
    let version = version.unwrap_or_else(|| "v1".into());
    document["info"] = json!({"title": "Keepnet REST API contract", "version": version});
    let mut dropped = keep(document, DOCUMENT);
    if let Some(components) = document.get_mut("components") {
        dropped += keep(components, &["schemas"]);
    }
    dropped += openapi::change_operations(document, |method, path, operation| {
        match operation.is_object() {
            true => Ok(keep_operation_facts(operation)),
            false => Err(SpecError::at(
                openapi::place(method, path),
                "it is not a JSON object",
            )),
        }
    })?;
    let schemas = openapi::members_mut(document, "/components/schemas");
    Ok(dropped
        + schemas
            .map(|(_, schema)| keep_schema_facts(schema))
            .sum::<usize>())
}

fn keep_operation_facts(operation: &mut Value) -> usize {
    let mut dropped = keep(operation, OPERATION);
    for parameter in openapi::items_mut(operation, "/parameters") {
        dropped += keep(parameter, PARAMETER) + keep_schema_facts(&mut parameter["schema"]);
    }
    if let Some(body) = operation.get_mut("requestBody") {
        dropped += keep(body, &["content", "required"]) + keep_content_facts(body);
    }
    for (_, response) in openapi::members_mut(operation, "/responses") {
        dropped += keep(response, &["content"]) + keep_content_facts(response);
        if response.is_object() {
            // OpenAPI requires the key; the contract holds no prose.
            response["description"] = "".into();
        }
    }
    dropped
}

fn keep_content_facts(holder: &mut Value) -> usize {
    let content = openapi::members_mut(holder, "/content");
    content
        .map(|(_, media)| keep(media, &["schema"]) + keep_schema_facts(&mut media["schema"]))
        .sum()
}

fn keep_schema_facts(schema: &mut Value) -> usize {
    let mut dropped = keep(schema, SCHEMA);
    for (_, property) in openapi::members_mut(schema, "/properties") {
        dropped += keep_schema_facts(property);
    }
    for key in ["items", "additionalProperties"] {
        dropped += schema.get_mut(key).map_or(0, keep_schema_facts);
    }
    for pointer in ["/allOf", "/anyOf", "/oneOf"] {
        dropped += openapi::items_mut(schema, pointer)
            .map(keep_schema_facts)
            .sum::<usize>();
    }
    dropped
}

/// Keeps the members with these keys and returns how many others were dropped.
fn keep(value: &mut Value, keys: &[&str]) -> usize {
    let Some(map) = value.as_object_mut() else {
        return 0;
    };
    let before = map.len();
    map.retain(|key, _| keys.contains(&key.as_str()));
    before - map.len()
}
