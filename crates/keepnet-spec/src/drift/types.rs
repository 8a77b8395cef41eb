use serde_json::{Map, Value};

use super::operations::{change, to};
use super::{Change, Impact, What};
use crate::{Contract, direction::Directions, walk};

pub(super) fn compare(before: &Contract, after: &Contract) -> Vec<Change> {
    let empty = Map::new();
    let old = walk::schemas(before.document()).unwrap_or(&empty);
    let new = walk::schemas(after.document()).unwrap_or(&empty);
    let directions = Directions::of(after.document());
    let mut changes = Vec::new();
    for (name, schema) in old {
        // Envelopes and pages are generic types; their payload is compared where it is named.
        if before.generic(schema, "").is_some() {
            continue;
        }
        match new.get(name) {
            None => changes.push(change(
                name,
                What::Removed,
                "type".to_owned(),
                Impact::None,
                Impact::Breaking,
            )),
            Some(now) => {
                let pair = Pair {
                    before,
                    after,
                    is_sent: directions.is_sent(name),
                };
                pair.compare(&mut changes, name, schema, now);
            }
        }
    }
    for (name, schema) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
        if after.generic(schema, "").is_none() {
            changes.push(change(
                name,
                What::Added,
                "type".to_owned(),
                Impact::None,
                Impact::Additive,
            ));
        }
    }
    changes
}

struct Pair<'a> {
    before: &'a Contract,
    after: &'a Contract,
    is_sent: bool,
}

impl Pair<'_> {
    fn compare(&self, changes: &mut Vec<Change>, name: &str, old: &Value, new: &Value) {
        let (old_fields, new_fields) = (fields(old), fields(new));
        if old_fields.is_none() || new_fields.is_none() {
            self.compare_value(changes, name, old, new);
        }
        if old.get("x-known-values") != new.get("x-known-values") {
            let detail = to(&values(old), &values(new));
            changes.push(change(
                name,
                What::KnownValues,
                detail,
                Impact::None,
                self.loss_of_constants(old, new),
            ));
        }
        let empty = Map::new();
        let (old_fields, new_fields) = (old_fields.unwrap_or(&empty), new_fields.unwrap_or(&empty));
        for (field, schema) in old_fields {
            let place = format!("{name}.{field}");
            match new_fields.get(field) {
                // The service ignores what it does not know, and answers are read without missing fields.
                None => changes.push(change(
                    &place,
                    What::Removed,
                    String::new(),
                    Impact::None,
                    Impact::Breaking,
                )),
                Some(now) => {
                    self.compare_value(changes, &place, schema, now);
                    self.compare_presence(
                        changes,
                        &place,
                        is_required(old, field),
                        is_required(new, field),
                    );
                }
            }
        }
        for field in new_fields
            .keys()
            .filter(|field| !old_fields.contains_key(*field))
        {
            let place = format!("{name}.{field}");
            if self.is_sent && is_required(new, field) {
                changes.push(change(
                    &place,
                    What::Added,
                    "required".to_owned(),
                    Impact::Breaking,
                    Impact::Breaking,
                ));
            } else {
                changes.push(change(
                    &place,
                    What::Added,
                    String::new(),
                    Impact::Additive,
                    Impact::Additive,
                ));
            }
        }
    }

    fn compare_value(&self, changes: &mut Vec<Change>, place: &str, old: &Value, new: &Value) {
        let (old_type, new_type) = (self.before.rust_type(old), self.after.rust_type(new));
        if old_type != new_type {
            changes.push(change(
                place,
                What::Retyped,
                to(&old_type, &new_type),
                Impact::Breaking,
                Impact::Breaking,
            ));
        }
        for limit in walk::LIMITS {
            let (old, new) = (old.get(limit), new.get(limit));
            if old != new {
                let detail = format!("{limit}: {}", to(&shown(old), &shown(new)));
                let wire = if self.is_sent && is_tighter(limit, old, new) {
                    Impact::Breaking
                } else {
                    Impact::None
                };
                changes.push(change(place, What::Limit, detail, wire, Impact::None));
            }
        }
    }

    fn compare_presence(&self, changes: &mut Vec<Change>, place: &str, was: bool, is: bool) {
        match (was, is) {
            (false, true) => {
                let wire = if self.is_sent {
                    Impact::Breaking
                } else {
                    Impact::None
                };
                changes.push(change(
                    place,
                    What::NowRequired,
                    String::new(),
                    wire,
                    Impact::Breaking,
                ));
            }
            (true, false) => {
                changes.push(change(
                    place,
                    What::NowOptional,
                    String::new(),
                    Impact::None,
                    Impact::Breaking,
                ));
            }
            _ => {}
        }
    }

    /// A constant that goes breaks whoever named it; the value itself may still be sent as text.
    fn loss_of_constants(&self, old: &Value, new: &Value) -> Impact {
        let list = |schema: &Value| {
            schema["x-known-values"]
                .as_array()
                .cloned()
                .unwrap_or_default()
        };
        let now = list(new);
        if list(old).iter().all(|value| now.contains(value)) {
            Impact::Additive
        } else {
            Impact::Breaking
        }
    }
}

fn fields(schema: &Value) -> Option<&Map<String, Value>> {
    schema.get("properties")?.as_object()
}

fn is_required(schema: &Value, field: &str) -> bool {
    schema["required"]
        .as_array()
        .is_some_and(|names| names.iter().any(|name| name == field))
}

fn values(schema: &Value) -> String {
    let values = schema["x-known-values"].as_array().into_iter().flatten();
    let words: Vec<&str> = values.filter_map(Value::as_str).collect();
    format!("[{}]", words.join(" "))
}

fn shown(limit: Option<&Value>) -> String {
    limit.map_or_else(|| "none".to_owned(), Value::to_string)
}

/// Whether something that was allowed may no longer be.
fn is_tighter(limit: &str, old: Option<&Value>, new: Option<&Value>) -> bool {
    let number = |value: Option<&Value>| value.and_then(Value::as_f64);
    match (limit, new) {
        (_, None) => false,
        (limit, _) if limit.starts_with("max") => {
            number(old).is_none_or(|old| number(new) < Some(old))
        }
        (limit, _) if limit.starts_with("min") => {
            number(old).unwrap_or(0.0) < number(new).unwrap_or(0.0)
        }
        _ => true,
    }
}
