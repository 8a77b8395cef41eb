//! The versions of one value on the wire, or of all fields of a type or a form.

use heck::ToSnakeCase;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

use super::change::{ChangeKind, Changes, Impact, from_to};
use super::wire;
use crate::canonical::to_sorted_line;
use crate::{Contract, openapi};
use Impact::{Additive, Breaking, None as Nothing};

/// The two contracts, and who notices a change of the compared values.
pub(super) struct Comparison<'a> {
    pub(super) before: &'a Contract,
    pub(super) after: &'a Contract,
    pub(super) changes: &'a mut Changes,
    pub(super) is_sent: bool,
    pub(super) is_received: bool,
}

/// One value in both contracts.
pub(super) struct Versions<'a> {
    pub(super) place: &'a str,
    pub(super) role: Role,
    pub(super) old: &'a Value,
    pub(super) new: &'a Value,
}

pub(super) enum Role {
    Named,
    /// With the title that starts the details of its changes.
    Parameter(String),
}

impl Comparison<'_> {
    pub(super) fn compare_fields(&mut self, name: &str, old: &Value, new: &Value) {
        let empty = Map::new();
        let was = old["properties"].as_object().unwrap_or(&empty);
        let now = new["properties"].as_object().unwrap_or(&empty);
        // Another spelling of the same words is a new name of the same field.
        let mut respelled: BTreeMap<&String, &String> = BTreeMap::new();
        for field in was.keys().filter(|field| !now.contains_key(*field)) {
            let mut added = now.keys().filter(|other| !was.contains_key(*other));
            let other = added.find(|other| field.to_snake_case() == other.to_snake_case());
            respelled.extend(other.map(|other| (field, other)));
        }
        for (field, schema) in was {
            let place = format!("{name}.{field}");
            let new_name = respelled.get(field).copied().unwrap_or(field);
            let Some(new_schema) = now.get(new_name) else {
                self.add(&place, ChangeKind::Removed, "", Breaking);
                continue;
            };
            if field != new_name {
                let detail = from_to(field, new_name);
                self.add(&place, ChangeKind::Renamed, &detail, Breaking);
            }
            let versions = Versions {
                place: &place,
                role: Role::Named,
                old: schema,
                new: new_schema,
            };
            let required = (is_required(old, field), is_required(new, new_name));
            self.compare_value(&versions);
            self.compare_required(&versions, required);
        }
        for field in now.keys().filter(|field| !was.contains_key(*field)) {
            if respelled.values().any(|other| *other == field) {
                continue;
            }
            let (impact, detail) = match self.is_sent && is_required(new, field) {
                true => (Breaking, "required"),
                false => (Additive, ""),
            };
            let place = format!("{name}.{field}");
            self.add(&place, ChangeKind::Added, detail, impact);
        }
    }

    /// The type and the limits of one value.
    pub(super) fn compare_value(&mut self, value: &Versions) {
        if self.compare_type(value) {
            self.compare_limits(value);
        }
        let (was_null, is_null) = (value.old["nullable"] == true, value.new["nullable"] == true);
        if was_null != is_null {
            let (kind, is_noticed) = match is_null {
                true => (ChangeKind::NowNullable, self.is_received),
                false => (ChangeKind::NeverNull, self.is_sent),
            };
            self.report(value, kind, "", Impact::breaking_if(is_noticed));
        }
        self.compare_known_values(value);
    }

    /// Returns whether the limits can be compared: those of a text say nothing about the number
    /// that has replaced it.
    pub(super) fn compare_type(&mut self, value: &Versions) -> bool {
        let old = self.before.rust_type(value.old);
        let new = self.after.rust_type(value.new);
        let wire = wire::impact((self.before, value.old), (self.after, value.new));
        if old != new && wire != Nothing {
            let detail = from_to(&old, &new);
            self.report(value, ChangeKind::Retyped, &detail, wire);
        }
        old == new || wire == Nothing
    }

    pub(super) fn compare_required(&mut self, value: &Versions, required: (bool, bool)) {
        let (kind, wire) = match required {
            (false, true) => (ChangeKind::NowRequired, Impact::breaking_if(self.is_sent)),
            (true, false) => (ChangeKind::NowOptional, Nothing),
            _ => return,
        };
        self.report(value, kind, "", wire);
    }

    pub(super) fn compare_limits(&mut self, value: &Versions) {
        let (old, new) = (value.old, value.new);
        // Where the format makes another type, the type says so.
        let ty = |schema: &Value| (schema["type"].clone(), schema["format"] == "date-time");
        let has_format = ty(old) == ty(new) && new["type"] == "string";
        let limits = openapi::LIMITS.iter().chain(["readOnly", "writeOnly"]);
        for limit in limits.chain(has_format.then_some("format")) {
            let (old, new) = (&old[limit], &new[limit]);
            if old != new {
                let detail = format!("{limit}: {}", from_to(&shown(old), &shown(new)));
                let wire = Impact::breaking_if(self.is_sent && is_tighter(limit, old, new));
                self.report(value, ChangeKind::Limit, &detail, wire);
            }
        }
    }

    pub(super) fn compare_known_values(&mut self, value: &Versions) {
        let (old, new) = (known_values(value.old), known_values(value.new));
        if old == new {
            return;
        }
        let is_fewer = old.iter().any(|value| !new.contains(value));
        let wire = Impact::breaking_if(is_fewer && self.is_sent);
        let listed = |values: &[String]| format!("[{}]", values.join(" "));
        let detail = from_to(&listed(&old), &listed(&new));
        self.report(value, ChangeKind::KnownValues, &detail, wire);
    }

    fn report(&mut self, value: &Versions, kind: ChangeKind, detail: &str, wire: Impact) {
        let detail = match &value.role {
            Role::Parameter(title) if detail.is_empty() => title,
            Role::Parameter(title) => &format!("{title}: {detail}"),
            _ => detail,
        };
        self.add(value.place, kind, detail, wire);
    }

    fn add(&mut self, place: &str, kind: ChangeKind, detail: &str, wire: Impact) {
        self.changes.add(place, kind, detail, wire);
    }
}

/// Whether a value that was allowed may no longer be.
fn is_tighter(limit: &str, old: &Value, new: &Value) -> bool {
    match (limit, new) {
        (_, Value::Null | Value::Bool(false)) => false,
        (limit, _) if limit.starts_with("max") => {
            old.as_f64().is_none_or(|old| new.as_f64() < Some(old))
        }
        (limit, _) if limit.starts_with("min") => {
            old.as_f64().unwrap_or(0.0) < new.as_f64().unwrap_or(0.0)
        }
        _ => true,
    }
}

fn is_required(schema: &Value, field: &str) -> bool {
    openapi::texts(schema, "required").contains(&field)
}

fn known_values(schema: &Value) -> Vec<String> {
    openapi::items(schema, "/x-known-values")
        .map(shown)
        .collect()
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        other => to_sorted_line(other),
    }
}
