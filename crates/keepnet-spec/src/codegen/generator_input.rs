//! The part of the contract that progenitor reads, without what would make the types strict.

use openapiv3::OpenAPI;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

use crate::Contract;
use crate::openapi::{self, ENVELOPE, PAGE};
use crate::word_list::WordList;

/// The input of the generator: the types of some areas. It makes no methods.
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
    /// The types that the operations of some areas send and receive.
    pub(super) fn of_areas(contract: &Contract, areas: &BTreeSet<String>) -> Result<Self, String> {
        Self::of_components(contract, &Self::reached(contract, areas))
    }

    /// The components that the operations of some areas reach.
    pub(super) fn reached(contract: &Contract, areas: &BTreeSet<String>) -> BTreeSet<String> {
        let operations = openapi::operations(contract.document()).map(|(_, _, it)| it);
        let wanted = operations.filter(|it| areas.contains(openapi::text(it, "x-area")));
        openapi::reachable(contract.document(), wanted)
    }

    /// One type, with those that it needs.
    pub(super) fn of_type(contract: &Contract, name: &str) -> Result<Self, String> {
        let reference = openapi::reference_to(name);
        let parts = [&reference].into_iter();
        Self::of_components(contract, &openapi::reachable(contract.document(), parts))
    }

    fn of_components(contract: &Contract, wanted: &BTreeSet<String>) -> Result<Self, String> {
        let mut schemas = Map::new();
        let mut replacements = BTreeMap::new();
        for (name, schema) in openapi::members(contract.document(), "/components/schemas") {
            if !wanted.contains(name) {
                continue;
            }
            let mut schema = schema.clone();
            if let Some(generic) = contract.generic(&schema, "crate::types::") {
                replacements.insert(name.clone(), with_paths(&generic));
                schema = json!({"type": "object"});
            }
            relax(&mut schema);
            schemas.insert(name.clone(), schema);
        }
        for base in [ENVELOPE, PAGE] {
            schemas.remove(base);
        }
        schemas.insert(TIMESTAMP.to_owned(), json!({"type": "object"}));
        replacements.insert(TIMESTAMP.to_owned(), "crate::Timestamp".to_owned());
        let document = json!({
            "openapi": "3.0.4",
            "info": {"title": "", "version": ""},
            "paths": {},
            "components": {"schemas": schemas},
        });
        let document = serde_json::from_value(document).map_err(|error| error.to_string())?;
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
        // A reference that may be null: every field is optional anyway.
        if let Some(reference) = openapi::nullable_reference(map) {
            *map = reference;
        }
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
