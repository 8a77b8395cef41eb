use serde_json::{Map, Value};

use super::fields::{Fields, Side};
use super::{Findings, Impact, What};
use crate::{Contract, direction::Directions, walk};

pub(super) fn compare(findings: &mut Findings, before: &Contract, after: &Contract) {
    let empty = Map::new();
    let old = walk::schemas(before.document()).unwrap_or(&empty);
    let new = walk::schemas(after.document()).unwrap_or(&empty);
    let (was, now) = (
        Directions::of(before.document()),
        Directions::of(after.document()),
    );
    for (name, schema) in old {
        // Envelopes and pages are generic types; their payload is compared where it is named.
        if before.generic(schema, "").is_some() {
            continue;
        }
        let Some(schema_now) = new.get(name) else {
            findings.add(name, What::Removed, "type", Impact::None, Impact::Breaking);
            continue;
        };
        let fields = Fields {
            before,
            after,
            side: Side {
                is_sent: now.is_sent(name),
                is_received: was.is_received(name),
            },
            in_rust: true,
        };
        if is_object(schema) != is_object(schema_now) || !is_object(schema) {
            fields.compare_value(findings, name, schema, schema_now, false);
        }
        fields.compare(findings, name, schema, schema_now);
    }
    for (name, schema) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
        if after.generic(schema, "").is_none() {
            findings.add(name, What::Added, "type", Impact::None, Impact::Additive);
        }
    }
}

fn is_object(schema: &Value) -> bool {
    schema.get("properties").is_some()
}
