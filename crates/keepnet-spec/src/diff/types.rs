//! The types before and after, by name.

use serde_json::{Map, Value};

use super::change::{ChangeKind, Changes, Impact};
use super::values::{Comparison, Role, Versions};
use crate::{Contract, directions::Directions, openapi};

pub(super) fn compare(changes: &mut Changes, before: &Contract, after: &Contract) {
    let empty = Map::new();
    let old = openapi::schemas(before.document()).unwrap_or(&empty);
    let new = openapi::schemas(after.document()).unwrap_or(&empty);
    let was = Directions::of(before.document());
    let now = Directions::of(after.document());
    for (name, schema) in old {
        // Envelopes and pages are generic types; their payload is compared where it is named.
        if before.generic(schema, "").is_some() {
            continue;
        }
        let Some(new_schema) = new.get(name) else {
            let (wire, rust) = (Impact::None, Impact::Breaking);
            changes.add(name, ChangeKind::Removed, "type", wire, rust);
            continue;
        };
        let mut comparison = Comparison {
            before,
            after,
            changes,
            is_sent: now.is_sent(name),
            is_received: was.is_received(name),
            is_in_rust: true,
        };
        if !(is_object(schema) && is_object(new_schema)) {
            let versions = Versions {
                place: name,
                role: Role::Type,
                old: schema,
                new: new_schema,
            };
            comparison.compare_value(&versions, false);
        }
        comparison.compare_fields(name, schema, new_schema);
    }
    for (name, schema) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
        if after.generic(schema, "").is_none() {
            let (wire, rust) = (Impact::None, Impact::Additive);
            changes.add(name, ChangeKind::Added, "type", wire, rust);
        }
    }
}

fn is_object(schema: &Value) -> bool {
    schema.get("properties").is_some()
}
