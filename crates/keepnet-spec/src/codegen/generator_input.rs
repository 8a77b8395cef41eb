//! The part of the contract that progenitor reads, without what would make the types strict.

use openapiv3::OpenAPI;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

use crate::{Contract, SpecError, openapi};

/// What the generator reads: a slice of the contract, without what would make the types strict.
pub(super) struct Input {
    pub(super) document: OpenAPI,
    /// Components that are hand-written Rust types, with their path.
    pub(super) replacements: BTreeMap<String, String>,
}

/// The one component that stands for every timestamp.
const TIMESTAMP: &str = "Timestamp";
/// Formats that change the Rust type; all others are text.
const FORMATS: [&str; 5] = ["binary", "double", "float", "int32", "int64"];

pub(super) fn of(contract: &Contract, wanted: &BTreeSet<String>) -> Result<Input, SpecError> {
    let mut document = contract.document().clone();
    let reached = cut(&mut document, wanted);
    let mut replacements = BTreeMap::new();
    if let Some(schemas) = openapi::schemas_mut(&mut document) {
        schemas.retain(|name, _| reached.contains(name));
        for (name, schema) in schemas.iter_mut() {
            if let Some(generic) = contract.generic(schema, "crate::types::") {
                replacements.insert(name.clone(), in_full(&generic));
                *schema = json!({"type": "object"});
            }
            loosen(schema);
        }
        schemas.insert(TIMESTAMP.to_owned(), json!({"type": "object"}));
    }
    replacements.insert(TIMESTAMP.to_owned(), "crate::Timestamp".to_owned());
    if let Some(paths) = document.get_mut("paths") {
        loosen(paths);
    }
    let document = serde_json::from_value(document)
        .map_err(|error| SpecError::generator("the contract", error))?;
    Ok(Input {
        document,
        replacements,
    })
}

/// Drops the operations of other areas and the multipart ones; returns the components still needed.
fn cut(document: &mut Value, wanted: &BTreeSet<String>) -> BTreeSet<String> {
    let mut start = BTreeSet::new();
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    if let Some(paths) = paths {
        for item in paths.values_mut().filter_map(Value::as_object_mut) {
            item.retain(|_, operation| {
                let in_area = operation["x-area"]
                    .as_str()
                    .is_some_and(|area| wanted.contains(area));
                if !in_area {
                    return false;
                }
                openapi::references(operation, &mut start);
                operation
                    .pointer("/requestBody/content/multipart~1form-data")
                    .is_none()
            });
        }
        paths.retain(|_, item| item.as_object().is_some_and(|item| !item.is_empty()));
    }
    openapi::schemas(document)
        .map_or_else(BTreeSet::new, |schemas| openapi::closure(schemas, start))
}

fn loosen(value: &mut Value) {
    openapi::each_object_mut(value, &mut |map: &mut Map<String, Value>| {
        // A property may be called `minimum` or `format`: only a schema has these as text or number.
        map.retain(|key, value| {
            // Limits would become checks in constructors; the service has the last word, and the vendor's
            // own clients send an empty phone number where the document wants one character.
            let is_limit = openapi::LIMITS.contains(&key.as_str()) && !value.is_object();
            !is_limit && !key.starts_with("x-")
        });
        match map.get("format").and_then(Value::as_str) {
            Some("date-time") => {
                map.clear();
                map.insert(
                    "$ref".to_owned(),
                    openapi::reference_to(TIMESTAMP)["$ref"].clone(),
                );
            }
            Some(format) if !FORMATS.contains(&format) => {
                map.remove("format");
            }
            _ => {}
        }
    });
}

/// The surface's short type words as full paths.
pub(super) fn in_full(short: &str) -> String {
    let mut full = String::with_capacity(short.len() + 64);
    let mut rest = short;
    while !rest.is_empty() {
        let end = rest.find(['<', '>']).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        full.push_str(match word {
            "Envelope" => "crate::Envelope",
            "Page" => "crate::Page",
            "Timestamp" => "crate::Timestamp",
            "Value" => "::serde_json::Value",
            "Map" => "::std::collections::HashMap<::std::string::String,",
            "String" => "::std::string::String",
            "Vec" => "::std::vec::Vec",
            word => word,
        });
        let bracket = after.chars().next().map(|bracket| {
            if !(word == "Map" && bracket == '<') {
                full.push(bracket);
            }
            bracket.len_utf8()
        });
        rest = &after[bracket.unwrap_or(0)..];
    }
    full
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_type_words_become_paths() {
        for (short, full) in [
            (
                "Envelope<Page<crate::types::A>>",
                "crate::Envelope<crate::Page<crate::types::A>>",
            ),
            (
                "Envelope<Map<Value>>",
                "crate::Envelope<::std::collections::HashMap<::std::string::String,::serde_json::Value>>",
            ),
            (
                "Envelope<Vec<String>>",
                "crate::Envelope<::std::vec::Vec<::std::string::String>>",
            ),
        ] {
            assert_eq!(in_full(short), full);
        }
    }
}
