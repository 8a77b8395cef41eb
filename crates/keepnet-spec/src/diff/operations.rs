//! The operations before and after: names, bodies, results and parameters.

use serde_json::Value;
use std::collections::BTreeMap;

use super::change::{ChangeKind, Changes, Impact, from_to};
use super::values::{Comparison, Role, Versions};
use super::wire;
use crate::{Contract, Operation, openapi};
use Impact::{Additive, Breaking, None as Nothing};

pub(super) fn compare(changes: &mut Changes, before: &Contract, after: &Contract) {
    let (old, new) = (by_route(before), by_route(after));
    for (route, old) in &old {
        let Some(new) = new.get(route) else {
            let id = &old.operation.id;
            changes.add(&old.place, ChangeKind::Removed, id, Breaking, Breaking);
            continue;
        };
        let pair = Pair {
            before,
            after,
            old,
            new,
        };
        pair.compare_names(changes);
        pair.compare_bodies(changes);
        pair.compare_parameters(changes);
    }
    for (_, new) in new.iter().filter(|(route, _)| !old.contains_key(*route)) {
        let id = &new.operation.id;
        changes.add(&new.place, ChangeKind::Added, id, Additive, Additive);
    }
}

/// One operation before and after.
struct Pair<'a> {
    before: &'a Contract,
    after: &'a Contract,
    old: &'a Described<'a>,
    new: &'a Described<'a>,
}

impl Pair<'_> {
    fn compare_names(&self, changes: &mut Changes) {
        let (old, new) = (&self.old.operation, &self.new.operation);
        let (old_safety, new_safety) = (old.safety.as_str(), new.safety.as_str());
        for (kind, old, new, wire, rust) in [
            (ChangeKind::Renamed, &*old.id, &*new.id, Nothing, Breaking),
            (ChangeKind::Moved, &old.area, &new.area, Nothing, Breaking),
            (ChangeKind::Safety, old_safety, new_safety, Nothing, Nothing),
        ] {
            if old != new {
                changes.add(&self.new.place, kind, from_to(old, new), wire, rust);
            }
        }
        let is_deprecated = |described: &Described| described.document["deprecated"] == true;
        let (old, new) = (self.old, self.new);
        if is_deprecated(new) && !is_deprecated(old) {
            changes.add(&new.place, ChangeKind::Deprecated, "", Nothing, Nothing);
        }
        if old.status != new.status {
            let detail = from_to(&old.status, &new.status);
            changes.add(&new.place, ChangeKind::Status, detail, Breaking, Nothing);
        }
    }

    fn compare_bodies(&self, changes: &mut Changes) {
        let (old, new) = (&self.old.operation, &self.new.operation);
        for (role, pointer, old, new) in [
            ("body", "/requestBody", &old.body, &new.body),
            ("result", "/responses", &old.result, &new.result),
        ] {
            if old == new {
                self.compare_hidden_fields(changes, pointer, role);
                continue;
            }
            let (kind, detail, wire) = match (old.as_str(), new.as_str()) {
                ("-", new) => (ChangeKind::Added, new.to_owned(), Breaking),
                (old, "-") => (ChangeKind::Removed, old.to_owned(), Breaking),
                (old, new) if is_type(old) && is_type(new) => {
                    let wire = wire::impact(
                        (self.before, content(self.old.document, pointer)),
                        (self.after, content(self.new.document, pointer)),
                    );
                    (ChangeKind::Retyped, from_to(old, new), wire)
                }
                (old, new) => (ChangeKind::MediaType, from_to(old, new), Breaking),
            };
            let detail = format!("{role}: {detail}");
            changes.add(&self.new.place, kind, detail, wire, Breaking);
        }
    }

    /// The parts of a form, and the fields of a page beside its rows: no Rust type has them.
    fn compare_hidden_fields(&self, changes: &mut Changes, pointer: &str, role: &str) {
        let old = hidden(self.before, content(self.old.document, pointer));
        let new = hidden(self.after, content(self.new.document, pointer));
        let comparison = self.comparison(role == "body", false);
        comparison.compare_fields(changes, &format!("{} {role}", self.new.place), &old, &new);
    }

    fn comparison(&self, is_sent: bool, is_in_rust: bool) -> Comparison<'_> {
        Comparison {
            before: self.before,
            after: self.after,
            is_sent,
            is_received: !is_sent,
            is_in_rust,
        }
    }

    /// A parameter of a method is positional: one more or one less breaks every caller.
    fn compare_parameters(&self, changes: &mut Changes) {
        let place = &self.new.place;
        for (key, old) in &self.old.parameters {
            let Some(new) = self.new.parameters.get(key) else {
                changes.add(place, ChangeKind::Removed, old.title(), Breaking, Breaking);
                continue;
            };
            if old.name != new.name {
                let detail = format!("parameter {}", from_to(&old.label(), &new.label()));
                changes.add(place, ChangeKind::Renamed, detail, Nothing, Nothing);
            }
            let versions = Versions {
                place,
                role: Role::Parameter(new.title()),
                old: old.schema,
                new: new.schema,
            };
            let comparison = self.comparison(true, true);
            let is_comparable = comparison.compare_type(changes, &versions);
            comparison.compare_required(changes, &versions, (old.is_required, new.is_required));
            if is_comparable {
                comparison.compare_limits(changes, &versions);
            }
            comparison.compare_known_values(changes, &versions);
        }
        for (key, new) in &self.new.parameters {
            if !self.old.parameters.contains_key(key) {
                let wire = if new.is_required { Breaking } else { Additive };
                changes.add(place, ChangeKind::Added, new.title(), wire, Breaking);
            }
        }
    }
}

/// An operation with the parts that its `Operation` leaves out.
struct Described<'a> {
    place: String,
    operation: Operation,
    document: &'a Value,
    status: String,
    parameters: BTreeMap<String, Parameter<'a>>,
}

struct Parameter<'a> {
    name: &'a str,
    within: &'a str,
    is_required: bool,
    schema: &'a Value,
}

impl Parameter<'_> {
    fn label(&self) -> String {
        format!("{} ({})", self.name, self.within)
    }

    fn title(&self) -> String {
        format!("parameter {}", self.label())
    }
}

/// Operations by method and path, without the names of the path parameters.
fn by_route(contract: &Contract) -> BTreeMap<String, Described<'_>> {
    let mut documents: BTreeMap<_, _> = openapi::operations(contract.document())
        .map(|(method, path, operation)| (openapi::place(method, path), operation))
        .collect();
    let described = contract.operations().into_iter().filter_map(|operation| {
        let place = openapi::place(&operation.method, &operation.path);
        let document = documents.remove(&place)?;
        let parameters = document["parameters"].as_array().into_iter().flatten();
        let status = openapi::members(document, "/responses").next();
        let described = Described {
            parameters: parameters
                .map(|parameter| describe(&operation.path, parameter))
                .collect(),
            status: status.map_or_else(String::new, |(status, _)| status.clone()),
            place,
            operation,
            document,
        };
        Some((openapi::route(&described.place), described))
    });
    described.collect()
}

/// The key of a path parameter is its position, the key of any other is its name.
fn describe<'a>(path: &str, parameter: &'a Value) -> (String, Parameter<'a>) {
    let (name, within) = (
        openapi::text(parameter, "name"),
        openapi::text(parameter, "in"),
    );
    let key = match openapi::parameters(path).position(|found| found == name) {
        Some(position) if within == "path" => format!("path {position}"),
        _ => format!("{within} {name}"),
    };
    let described = Parameter {
        name,
        within,
        is_required: parameter["required"] == true,
        schema: &parameter["schema"],
    };
    (key, described)
}

/// The schema of the one body or the one response; null where there is none.
fn content<'a>(operation: &'a Value, pointer: &str) -> &'a Value {
    let holder = operation.pointer(pointer).unwrap_or(&Value::Null);
    let holder = match holder.get("content") {
        Some(_) => holder,
        None => first(holder),
    };
    &first(&holder["content"])["schema"]
}

fn first(map: &Value) -> &Value {
    let member = openapi::members(map, "").next();
    member.map_or(&Value::Null, |(_, value)| value)
}

fn hidden(contract: &Contract, schema: &Value) -> Value {
    match openapi::reference(schema) {
        Some(_) => contract.fields_beside_rows(schema),
        None => schema.clone(),
    }
}

fn is_type(word: &str) -> bool {
    !["-", "form", "bytes"].contains(&word)
}
