use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

use super::{Pass, Work};
use crate::{SpecError, names::dotnet::TypeName, walk};

pub(super) const PASS: Pass = Pass {
    name: "envelopes",
    reason: "hundreds of schemas are one envelope or one page around something else",
    run,
};

/// The component that all envelopes share.
pub(crate) const ENVELOPE: &str = "Envelope";
/// The component that all pages share.
pub(crate) const PAGE: &str = "Page";

const ENVELOPE_KEYS: [&str; 4] = ["data", "message", "status", "validationMessages"];
const PAGE_KEYS: [&str; 5] = [
    "pageNumber",
    "pageSize",
    "results",
    "totalNumberOfPages",
    "totalNumberOfRecords",
];

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    let Some(schemas) = walk::schemas_mut(&mut work.document) else {
        return Ok(0);
    };
    for (name, schema) in schemas.iter() {
        if let Some(base) = base_of(schema) {
            require_the_same(name, schema, &base, schemas)?;
        }
    }
    let mut bites = 0;
    for schema in schemas.values_mut() {
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            continue;
        };
        let keys: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
        if keys == BTreeSet::from(ENVELOPE_KEYS) {
            *schema = composed(ENVELOPE, properties, &ENVELOPE_KEYS[1..]);
            bites += 1;
        } else if keys.is_superset(&BTreeSet::from(PAGE_KEYS)) {
            *schema = composed(
                PAGE,
                properties,
                &[
                    "pageNumber",
                    "pageSize",
                    "totalNumberOfPages",
                    "totalNumberOfRecords",
                ],
            );
            bites += 1;
        }
    }
    if bites > 0 {
        for (name, base) in [(ENVELOPE, envelope_base()), (PAGE, page_base())] {
            if schemas.insert(name.to_owned(), base).is_some() {
                return Err(SpecError::at(
                    name,
                    "the document has a schema of that name; rename ours in the envelopes pass",
                ));
            }
        }
    }
    Ok(bites)
}

/// The shared fields are written once, so they must be of one type everywhere.
fn require_the_same(
    name: &str,
    schema: &Value,
    base: &Value,
    schemas: &Map<String, Value>,
) -> Result<(), SpecError> {
    let shared = base["properties"].as_object().into_iter().flatten();
    for (field, expected) in shared {
        let found = &schema["properties"][field];
        let target = walk::reference(found).and_then(|name| schemas.get(name));
        let found = &target.unwrap_or(found)["type"];
        if *found != expected["type"] {
            return Err(SpecError::at(
                TypeName::parse(name).key(),
                format!(
                    "its {field} is {found} where others of its kind have {}; decide in the envelopes pass",
                    expected["type"]
                ),
            ));
        }
    }
    Ok(())
}

fn base_of(schema: &Value) -> Option<Value> {
    let properties = schema.get("properties")?.as_object()?;
    let keys: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
    if keys == BTreeSet::from(ENVELOPE_KEYS) {
        Some(envelope_base())
    } else if keys.is_superset(&BTreeSet::from(PAGE_KEYS)) {
        Some(page_base())
    } else {
        None
    }
}

/// `allOf: [base, what differs]`, so that a validator reads the same shape as the generic Rust type.
fn composed(base: &str, properties: &Map<String, Value>, shared: &[&str]) -> Value {
    let own: Map<String, Value> = properties
        .iter()
        .filter(|(key, _)| !shared.contains(&key.as_str()))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    json!({"allOf": [walk::reference_to(base), {"type": "object", "properties": own}]})
}

fn envelope_base() -> Value {
    json!({"type": "object", "properties": {
        "message": {"type": "string", "nullable": true},
        "status": {"type": "string", "nullable": true},
        "validationMessages": {"type": "array", "items": {"type": "string"}, "nullable": true},
    }})
}

fn page_base() -> Value {
    json!({"type": "object", "properties": {
        "pageNumber": {"type": "integer", "format": "int32"},
        "pageSize": {"type": "integer", "format": "int32"},
        "totalNumberOfPages": {"type": "integer", "format": "int32"},
        "totalNumberOfRecords": {"type": "integer", "format": "int32"},
    }})
}
