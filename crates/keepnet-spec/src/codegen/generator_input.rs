//! The part of the contract that progenitor reads, without what would make the types strict.

use openapiv3::OpenAPI;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

use crate::word_list::WordList;
use crate::{Contract, SpecError, openapi};

/// The input of the generator: the operations and types of some areas.
pub(super) struct GeneratorInput {
    pub(super) document: OpenAPI,
    /// Components that are hand-written Rust types, with their path.
    pub(super) replacements: BTreeMap<String, String>,
}

/// The one component that stands for every timestamp.
const TIMESTAMP: &str = "Timestamp";
/// Formats that change the Rust type; all others are text.
const FORMATS: WordList = WordList("binary double float int32 int64");

impl GeneratorInput {
    pub(super) fn new(
        contract: &Contract,
        areas: &BTreeSet<String>,
    ) -> Result<GeneratorInput, SpecError> {
        let mut document = contract.document().clone();
        let is_wanted = |operation: &Value| areas.contains(openapi::text(operation, "x-area"));
        let wanted = openapi::operations(contract.document())
            .filter_map(|(_, _, operation)| is_wanted(operation).then_some(operation));
        let reached = openapi::reachable(contract.document(), wanted);
        for (_, item) in openapi::members_mut(&mut document, "/paths") {
            let Value::Object(operations) = item else {
                continue;
            };
            operations.retain(|_, operation| {
                // The generator cannot express the multipart operations.
                let form = "/requestBody/content/multipart~1form-data";
                is_wanted(operation) && operation.pointer(form).is_none()
            });
        }
        let mut replacements = BTreeMap::new();
        if let Some(schemas) = openapi::schemas_mut(&mut document) {
            schemas.retain(|name, _| reached.contains(name));
            for (name, schema) in schemas.iter_mut() {
                if let Some(generic) = contract.generic(schema, "crate::types::") {
                    replacements.insert(name.clone(), with_paths(&generic));
                    *schema = json!({"type": "object"});
                }
                relax(schema);
            }
            schemas.insert(TIMESTAMP.to_owned(), json!({"type": "object"}));
        }
        replacements.insert(TIMESTAMP.to_owned(), "crate::Timestamp".to_owned());
        relax(&mut document["paths"]);
        let document = serde_json::from_value(document)
            .map_err(|error| SpecError::generator("the contract", error))?;
        Ok(GeneratorInput {
            document,
            replacements,
        })
    }
}

fn relax(value: &mut Value) {
    openapi::each_object_mut(value, &mut |map: &mut Map<String, Value>| {
        // A property may be called `minimum` or `format`: only a schema has these as text or number.
        map.retain(|key, value| {
            // Limits would become checks in constructors; the service has the last word, and the vendor's
            // own clients send an empty phone number where the document wants one character.
            let is_limit = openapi::LIMITS.contains(key) && !value.is_object();
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
            Some(format) if !FORMATS.contains(format) => {
                map.remove("format");
            }
            _ => {}
        }
    });
}

/// The short type names of the contract as full paths.
pub(super) fn with_paths(short: &str) -> String {
    let parts = short.split_inclusive(['<', '>']);
    let parts = parts.map(|part| match part.trim_end_matches(['<', '>']) {
        "Envelope" | "Page" | "Timestamp" => format!("crate::{part}"),
        "Value" => format!("::serde_json::{part}"),
        "String" => format!("::std::string::{part}"),
        "Vec" => format!("::std::vec::{part}"),
        "Map" => "::std::collections::HashMap<::std::string::String,".to_owned(),
        _ => part.to_owned(),
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_type_names_become_paths() {
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
            assert_eq!(with_paths(short), full);
        }
    }
}
