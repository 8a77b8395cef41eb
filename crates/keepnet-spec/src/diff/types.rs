//! The types before and after, by name.

use serde_json::Value;

use super::change::{ChangeKind, Changes, Impact};
use super::values::{Comparison, Role, Versions};
use crate::{Contract, directions::Directions};

pub(super) fn compare(changes: &mut Changes, before: &Contract, after: &Contract) {
    let was = Directions::of(before.document());
    let now = Directions::of(after.document());
    for (name, old) in before.types() {
        let Some(new) = after.schema(name) else {
            let (wire, rust) = (Impact::None, Impact::Breaking);
            changes.add(name, ChangeKind::Removed, "type", wire, rust);
            continue;
        };
        let mut comparison = Comparison {
            before,
            after,
            changes,
            is_sent: now.sent.contains(name),
            is_received: was.received.contains(name),
            is_in_rust: true,
        };
        if !(is_object(old) && is_object(new)) {
            let versions = Versions {
                place: name,
                role: Role::Type,
                old,
                new,
            };
            comparison.compare_value(&versions, false);
        }
        comparison.compare_fields(name, old, new);
    }
    for (name, _) in after.types() {
        if before.schema(name).is_none() {
            let (wire, rust) = (Impact::None, Impact::Additive);
            changes.add(name, ChangeKind::Added, "type", wire, rust);
        }
    }
}

fn is_object(schema: &Value) -> bool {
    schema.get("properties").is_some()
}
