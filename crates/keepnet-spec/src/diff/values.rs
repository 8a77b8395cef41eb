//! The versions of one value, or of all fields of a type or a form.

use heck::ToSnakeCase;
use serde_json::{Map, Value};

use super::change::{ChangeKind, Changes, Impact, from_to};
use super::wire;
use crate::{Contract, openapi};
use Impact::{Additive, Breaking, None as Nothing};

/// The two contracts, and who notices a change of the compared values.
pub(super) struct Comparison<'a> {
    pub(super) before: &'a Contract,
    pub(super) after: &'a Contract,
    pub(super) is_sent: bool,
    pub(super) is_received: bool,
    /// Whether a Rust type or method has these values; the parts of a form are named by text.
    pub(super) is_in_rust: bool,
}

/// One value in both contracts.
pub(super) struct Versions<'a> {
    pub(super) place: &'a str,
    pub(super) role: Role,
    pub(super) old: &'a Value,
    pub(super) new: &'a Value,
}

pub(super) enum Role {
    /// A named type: its known values are constants in Rust.
    Type,
    Field,
    /// With the title that starts the details of its changes.
    Parameter(String),
}

impl Versions<'_> {
    fn detail(&self, detail: &str) -> String {
        match &self.role {
            Role::Parameter(title) if detail.is_empty() => title.clone(),
            Role::Parameter(title) => format!("{title}: {detail}"),
            _ => detail.to_owned(),
        }
    }
}

impl Comparison<'_> {
    pub(super) fn compare_fields(
        &self,
        changes: &mut Changes,
        name: &str,
        old: &Value,
        new: &Value,
    ) {
        let empty = Map::new();
        let was = old["properties"].as_object().unwrap_or(&empty);
        let now = new["properties"].as_object().unwrap_or(&empty);
        // Another spelling of the same words has the same name in Rust.
        let twin = |field: &str, others: &'_ Map<String, Value>, than: &Map<String, Value>| {
            let mut others = others.keys().filter(|other| !than.contains_key(*other));
            let twin = others.find(|other| field.to_snake_case() == other.to_snake_case());
            twin.filter(|_| self.is_in_rust).cloned()
        };
        for (field, schema) in was {
            let place = format!("{name}.{field}");
            let twin = twin(field, now, was).filter(|_| !now.contains_key(field));
            let new_name = twin.as_ref().unwrap_or(field);
            let Some(new_schema) = now.get(new_name) else {
                let rust = self.if_in_rust(Breaking);
                changes.add(&place, ChangeKind::Removed, "", Breaking, rust);
                continue;
            };
            if field != new_name {
                let detail = from_to(field, new_name);
                changes.add(&place, ChangeKind::Renamed, detail, Breaking, Nothing);
            }
            let versions = Versions {
                place: &place,
                role: Role::Field,
                old: schema,
                new: new_schema,
            };
            let required = (is_required(old, field), is_required(new, new_name));
            self.compare_value(changes, &versions, required == (true, true));
            self.compare_required(changes, &versions, required);
        }
        for field in now.keys().filter(|field| !was.contains_key(*field)) {
            if twin(field, was, now).is_some() {
                continue;
            }
            let (impact, detail) = match self.is_sent && is_required(new, field) {
                true => (Breaking, "required"),
                false => (Additive, ""),
            };
            let (place, rust) = (format!("{name}.{field}"), self.if_in_rust(impact));
            changes.add(&place, ChangeKind::Added, detail, impact, rust);
        }
    }

    /// The type and the limits of one value; `always` says that it cannot be left out.
    pub(super) fn compare_value(&self, changes: &mut Changes, value: &Versions, always: bool) {
        if self.compare_type(changes, value) {
            self.compare_limits(changes, value);
        }
        let (was_null, is_null) = (value.old["nullable"] == true, value.new["nullable"] == true);
        // OpenAPI 3.0 cannot say whether a reference may be null.
        let is_reference = |schema| openapi::reference(schema).is_some();
        if was_null != is_null && !is_reference(value.old) && !is_reference(value.new) {
            let (kind, is_noticed) = match is_null {
                true => (ChangeKind::NowNullable, self.is_received),
                false => (ChangeKind::NeverNull, self.is_sent),
            };
            // Null reads as absent wherever a field is optional.
            let rust = self.if_in_rust(Impact::breaking_if(always));
            let wire = Impact::breaking_if(is_noticed);
            changes.add(value.place, kind, "", wire, rust);
        }
        self.compare_known_values(changes, value);
    }

    /// Returns whether the limits can be compared: those of a text say nothing about the number
    /// that has replaced it.
    pub(super) fn compare_type(&self, changes: &mut Changes, value: &Versions) -> bool {
        let old = self.before.rust_type(value.old);
        let new = self.after.rust_type(value.new);
        let wire = wire::impact((self.before, value.old), (self.after, value.new));
        if old != new {
            let detail = value.detail(&from_to(&old, &new));
            let rust = self.if_in_rust(Breaking);
            changes.add(value.place, ChangeKind::Retyped, detail, wire, rust);
        }
        old == new || wire == Nothing
    }

    pub(super) fn compare_required(
        &self,
        changes: &mut Changes,
        value: &Versions,
        required: (bool, bool),
    ) {
        let (kind, wire) = match required {
            (false, true) => (ChangeKind::NowRequired, Impact::breaking_if(self.is_sent)),
            (true, false) => (ChangeKind::NowOptional, Nothing),
            _ => return,
        };
        let rust = self.if_in_rust(Breaking);
        changes.add(value.place, kind, value.detail(""), wire, rust);
    }

    pub(super) fn compare_limits(&self, changes: &mut Changes, value: &Versions) {
        let (old, new) = (value.old, value.new);
        // Where the format makes another type, the type says so.
        let ty = |schema: &Value| (schema["type"].clone(), schema["format"] == "date-time");
        let has_format = ty(old) == ty(new) && new["type"] == "string";
        let limits = openapi::LIMITS.into_iter().chain(["readOnly", "writeOnly"]);
        for limit in limits.chain(has_format.then_some("format")) {
            let (old, new) = (old.get(limit), new.get(limit));
            if old != new {
                let detail = format!("{limit}: {}", from_to(&shown(old), &shown(new)));
                let wire = Impact::breaking_if(self.is_sent && is_tighter(limit, old, new));
                let detail = value.detail(&detail);
                changes.add(value.place, ChangeKind::Limit, detail, wire, Nothing);
            }
        }
    }

    /// Callers who named a removed constant break; a field and a parameter have no constants.
    pub(super) fn compare_known_values(&self, changes: &mut Changes, value: &Versions) {
        let (old, new) = (known_values(value.old), known_values(value.new));
        if old == new {
            return;
        }
        let is_fewer = old.iter().any(|value| !new.contains(value));
        let rust = match (&value.role, is_fewer) {
            (Role::Type, true) => self.if_in_rust(Breaking),
            (Role::Type, false) => self.if_in_rust(Additive),
            _ => Nothing,
        };
        let listed = |values: &[String]| format!("[{}]", values.join(" "));
        let detail = value.detail(&from_to(&listed(&old), &listed(&new)));
        let wire = Impact::breaking_if(is_fewer && self.is_sent);
        changes.add(value.place, ChangeKind::KnownValues, detail, wire, rust);
    }

    fn if_in_rust(&self, impact: Impact) -> Impact {
        match self.is_in_rust {
            true => impact,
            false => Nothing,
        }
    }
}

/// Whether a value that was allowed may no longer be.
fn is_tighter(limit: &str, old: Option<&Value>, new: Option<&Value>) -> bool {
    let number = |value: Option<&Value>| value.and_then(Value::as_f64);
    match (limit, new) {
        (_, None | Some(Value::Bool(false))) => false,
        (limit, _) if limit.starts_with("max") => {
            number(old).is_none_or(|old| number(new) < Some(old))
        }
        (limit, _) if limit.starts_with("min") => {
            number(old).unwrap_or(0.0) < number(new).unwrap_or(0.0)
        }
        _ => true,
    }
}

fn is_required(schema: &Value, field: &str) -> bool {
    openapi::texts(schema, "required").contains(&field)
}

fn known_values(schema: &Value) -> Vec<String> {
    let values = schema["x-known-values"].as_array().into_iter().flatten();
    values.map(|value| shown(Some(value))).collect()
}

fn shown(value: Option<&Value>) -> String {
    match value {
        None => "none".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}
