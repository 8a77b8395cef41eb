//! The fields of a type, or the parts of a form, before and after.

use heck::ToSnakeCase;
use serde_json::{Map, Value};

use super::{Findings, Impact, What, to, wire};
use crate::{Contract, walk};
use Impact::{Additive, Breaking, None as Nothing};

/// Which way a value travels.
#[derive(Clone)]
pub(super) struct Side {
    pub(super) is_sent: bool,
    pub(super) is_received: bool,
}

impl Side {
    pub(super) fn of(is_sent: bool) -> Side {
        Side {
            is_sent,
            is_received: !is_sent,
        }
    }
}

pub(super) struct Fields<'a> {
    pub(super) before: &'a Contract,
    pub(super) after: &'a Contract,
    pub(super) side: Side,
    /// Whether a Rust type has these fields; the parts of a form are named by text.
    pub(super) in_rust: bool,
}

impl Fields<'_> {
    pub(super) fn compare(&self, findings: &mut Findings, name: &str, old: &Value, new: &Value) {
        let empty = Map::new();
        let (was, now) = (
            properties(old).unwrap_or(&empty),
            properties(new).unwrap_or(&empty),
        );
        let in_rust = |impact| if self.in_rust { impact } else { Nothing };
        for (field, schema) in was {
            let place = format!("{name}.{field}");
            if let Some(schema_now) = now.get(field) {
                let required = (is_required(old, field), is_required(new, field));
                self.compare_field(findings, &place, schema, schema_now, required);
                continue;
            }
            // Another spelling of the same words has the same name in Rust.
            let twin = now
                .iter()
                .find(|(other, _)| !was.contains_key(*other) && is_twin(field, other));
            match twin {
                Some((other, schema_now)) if self.in_rust => {
                    findings.add(&place, What::Renamed, to(field, other), Breaking, Nothing);
                    let required = (is_required(old, field), is_required(new, other));
                    self.compare_field(findings, &place, schema, schema_now, required);
                }
                _ => findings.add(&place, What::Removed, "", Breaking, in_rust(Breaking)),
            }
        }
        for field in now.keys().filter(|field| !was.contains_key(*field)) {
            let is_renamed = was
                .keys()
                .any(|other| !now.contains_key(other) && is_twin(field, other));
            if self.in_rust && is_renamed {
                continue;
            }
            let place = format!("{name}.{field}");
            if self.side.is_sent && is_required(new, field) {
                findings.add(&place, What::Added, "required", Breaking, in_rust(Breaking));
            } else {
                findings.add(&place, What::Added, "", Additive, in_rust(Additive));
            }
        }
    }

    fn compare_field(
        &self,
        findings: &mut Findings,
        place: &str,
        old: &Value,
        new: &Value,
        (was_required, is_required): (bool, bool),
    ) {
        self.compare_value(findings, place, old, new, was_required && is_required);
        let in_rust = if self.in_rust { Breaking } else { Nothing };
        let wire = if self.side.is_sent { Breaking } else { Nothing };
        match (was_required, is_required) {
            (false, true) => findings.add(place, What::NowRequired, "", wire, in_rust),
            (true, false) => findings.add(place, What::NowOptional, "", Nothing, in_rust),
            _ => {}
        }
    }

    /// The type and the limits of one value; `always` says that it cannot be left out.
    pub(super) fn compare_value(
        &self,
        findings: &mut Findings,
        place: &str,
        old: &Value,
        new: &Value,
        always: bool,
    ) {
        let in_rust = |impact| if self.in_rust { impact } else { Nothing };
        let (old_type, new_type) = (self.before.rust_type(old), self.after.rust_type(new));
        let wire = wire::impact((self.before, old), (self.after, new));
        if old_type != new_type {
            let detail = to(&old_type, &new_type);
            findings.add(place, What::Retyped, detail, wire, in_rust(Breaking));
        }
        // The limits of a text say nothing about the number that took its place.
        let comparable = old_type == new_type || wire == Nothing;
        for (detail, is_tighter) in tightens(old, new).into_iter().filter(|_| comparable) {
            let is_breaking = self.side.is_sent && is_tighter;
            let wire = if is_breaking { Breaking } else { Nothing };
            findings.add(place, What::Limit, detail, wire, Nothing);
        }
        let (was_null, is_null) = (old["nullable"] == true, new["nullable"] == true);
        // OpenAPI 3.0 has no word for whether a reference may be null.
        let is_reference = |schema| walk::reference(schema).is_some();
        if was_null != is_null && !is_reference(old) && !is_reference(new) {
            // Null reads as absent wherever a field is optional.
            let rust = if always { in_rust(Breaking) } else { Nothing };
            let hurts = match is_null {
                true => self.side.is_received,
                false => self.side.is_sent,
            };
            let wire = if hurts { Breaking } else { Nothing };
            let what = if is_null {
                What::NowNullable
            } else {
                What::NeverNull
            };
            findings.add(place, what, "", wire, rust);
        }
        self.compare_known_values(findings, place, old, new);
    }

    /// A constant that goes breaks whoever named it; a field has no constants.
    fn compare_known_values(&self, findings: &mut Findings, place: &str, old: &Value, new: &Value) {
        let Some((detail, is_fewer)) = known_values(old, new) else {
            return;
        };
        let wire = if is_fewer && self.side.is_sent {
            Breaking
        } else {
            Nothing
        };
        let rust = match (self.in_rust && !place.contains('.'), is_fewer) {
            (true, true) => Breaking,
            (true, false) => Additive,
            (false, _) => Nothing,
        };
        findings.add(place, What::KnownValues, detail, wire, rust);
    }
}

/// The known values where they differ, and whether one of them is gone.
pub(super) fn known_values(old: &Value, new: &Value) -> Option<(String, bool)> {
    let (was, now) = (known(old), known(new));
    let is_fewer = was.iter().any(|value| !now.contains(value));
    (was != now).then(|| (to(&listed(&was), &listed(&now)), is_fewer))
}

/// Each limit that differs, and whether something that was allowed may no longer be.
pub(super) fn tightens(old: &Value, new: &Value) -> Vec<(String, bool)> {
    let formats = ["format"].into_iter().filter(|_| {
        // Where the format makes another type, the type says so.
        let ty = |schema: &Value| (schema["type"].clone(), schema["format"] == "date-time");
        ty(old) == ty(new) && new["type"] == "string"
    });
    let limits = walk::LIMITS
        .into_iter()
        .chain(["readOnly", "writeOnly"])
        .chain(formats);
    limits
        .filter(|limit| old.get(limit) != new.get(limit))
        .map(|limit| {
            let (old, new) = (old.get(limit), new.get(limit));
            let detail = format!("{limit}: {}", to(&shown(old), &shown(new)));
            (detail, is_tighter(limit, old, new))
        })
        .collect()
}

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

fn properties(schema: &Value) -> Option<&Map<String, Value>> {
    schema.get("properties")?.as_object()
}

fn is_required(schema: &Value, field: &str) -> bool {
    schema["required"]
        .as_array()
        .is_some_and(|names| names.iter().any(|name| name == field))
}

fn is_twin(one: &str, other: &str) -> bool {
    one.to_snake_case() == other.to_snake_case()
}

fn known(schema: &Value) -> Vec<String> {
    let values = schema["x-known-values"].as_array().into_iter().flatten();
    let text = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    values.map(text).collect()
}

fn listed(values: &[String]) -> String {
    format!("[{}]", values.join(" "))
}

fn shown(limit: Option<&Value>) -> String {
    match limit {
        None => "none".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}
