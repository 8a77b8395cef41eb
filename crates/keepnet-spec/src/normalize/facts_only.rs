//! Drops everything from the document that is no fact of the interface.

use serde_json::{Value, json};

use super::document::allowed_keys as keys;
use super::pass::{Pass, Work};
use crate::word_list::WordList;
use crate::{SpecError, openapi};

pub(super) const PASS: Pass = Pass {
    name: "facts_only",
    reason: "the contract holds interface facts; no sentence or example of the published document",
    run,
};

const PARAMETER: WordList = WordList("in name required schema");

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    let document = &mut work.document;
    let version = document.pointer("/info/version").cloned();
    let version = version.unwrap_or_else(|| "v1".into());
    document["info"] = json!({"title": "Keepnet API contract", "version": version});
    let mut dropped = keep(document, &keys::DOCUMENT.facts);
    if let Some(components) = document.get_mut("components") {
        dropped += keep(components, &WordList("schemas securitySchemes"));
    }
    for server in openapi::items_mut(document, "/servers") {
        dropped += keep(server, &keys::SERVER.facts);
    }
    for (_, scheme) in openapi::members_mut(document, "/components/securitySchemes") {
        dropped += keep(scheme, &keys::SECURITY_SCHEME.facts);
        for (_, flow) in openapi::members_mut(scheme, "/flows") {
            // The names of the scopes are facts; what they say is not.
            for (_, scope) in openapi::members_mut(flow, "/scopes") {
                *scope = "".into();
            }
        }
    }
    for (_, item) in openapi::members_mut(document, "/paths") {
        dropped += keep(item, &WordList("delete get patch post put"));
    }
    dropped += openapi::change_operations(document, |_, _, operation| {
        Ok(keep_operation_facts(operation))
    })?;
    for (_, schema) in openapi::members_mut(document, "/components/schemas") {
        dropped += keep_schema_facts(schema);
    }
    Ok(dropped)
}

fn keep_operation_facts(operation: &mut Value) -> usize {
    let mut dropped = keep(operation, &keys::OPERATION.facts);
    for parameter in openapi::items_mut(operation, "/parameters") {
        dropped += keep(parameter, &PARAMETER) + keep_schema_facts(&mut parameter["schema"]);
    }
    if let Some(body) = operation.get_mut("requestBody") {
        dropped += keep(body, &WordList("content required")) + keep_content_facts(body);
    }
    for (_, response) in openapi::members_mut(operation, "/responses") {
        dropped += keep(response, &WordList("content")) + keep_content_facts(response);
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
        .map(|(_, media)| {
            keep(media, &WordList("schema")) + keep_schema_facts(&mut media["schema"])
        })
        .sum()
}

fn keep_schema_facts(schema: &mut Value) -> usize {
    let mut dropped = keep(schema, &keys::SCHEMA.facts);
    // A list of one reference says no more than the reference, unless it may be null.
    let reference = schema.as_object().filter(|it| it.len() == 1);
    if let Some(reference) = reference.and_then(openapi::nullable_reference) {
        *schema = reference.into();
        return dropped + 1;
    }
    for (_, property) in openapi::members_mut(schema, "/properties") {
        dropped += keep_schema_facts(property);
    }
    for key in ["items", "additionalProperties"] {
        dropped += schema.get_mut(key).map_or(0, keep_schema_facts);
    }
    for part in openapi::items_mut(schema, "/allOf") {
        dropped += keep_schema_facts(part);
    }
    dropped
}

/// Keeps the members with these keys and returns how many others were dropped.
fn keep(value: &mut Value, keys: &WordList) -> usize {
    let Some(map) = value.as_object_mut() else {
        return 0;
    };
    let before = map.len();
    map.retain(|key, _| keys.contains(key));
    before - map.len()
}
