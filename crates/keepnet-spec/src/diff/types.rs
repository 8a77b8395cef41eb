//! The types that both contracts have, by name.

use serde_json::Value;

use super::change::Changes;
use super::values::{Comparison, Role, Versions};
use crate::{Contract, directions::Directions};

pub(super) fn compare(changes: &mut Changes, before: &Contract, after: &Contract) {
    let was = Directions::of(before.document());
    let now = Directions::of(after.document());
    for (name, old) in before.types() {
        let Some(new) = after.schema(name) else {
            continue;
        };
        let mut comparison = Comparison {
            before,
            after,
            changes,
            is_sent: now.sent.contains(name),
            is_received: was.received.contains(name),
        };
        if !(is_object(old) && is_object(new)) {
            let versions = Versions {
                place: name,
                role: Role::Named,
                old,
                new,
            };
            comparison.compare_value(&versions);
        }
        comparison.compare_fields(name, old, new);
    }
}

fn is_object(schema: &Value) -> bool {
    schema.get("properties").is_some()
}
