//! The operations before and after: bodies, results and parameters.

use serde_json::Value;
use std::collections::BTreeMap;

use super::change::{ChangeKind, Changes, Impact, from_to};
use super::values::{Comparison, Role, Versions};
use super::wire;
use crate::canonical::to_sorted_line;
use crate::{Contract, Operation, openapi};
use Impact::{Additive, Breaking, None as Nothing};

pub(super) fn compare(changes: &mut Changes, before: &Contract, after: &Contract) {
    compare_access(changes, before, after);
    let (old, new) = (by_route(before), by_route(after));
    for (route, old) in &old {
        if let Some(new) = new.get(route) {
            let mut pair = Pair { old, new, changes };
            pair.compare_marks();
            pair.compare_bodies();
            pair.compare_parameters();
        } else {
            let id = &old.operation.id;
            changes.add(&old.place, ChangeKind::Removed, id, Breaking);
        }
    }
    for (_, new) in new.iter().filter(|(route, _)| !old.contains_key(*route)) {
        let id = &new.operation.id;
        changes.add(&new.place, ChangeKind::Added, id, Additive);
    }
}

/// Where requests go, and how they are signed in.
fn compare_access(changes: &mut Changes, before: &Contract, after: &Contract) {
    for (name, pointer) in [
        ("servers", "/servers"),
        ("security", "/security"),
        ("security schemes", "/components/securitySchemes"),
    ] {
        let part = |contract: &Contract| contract.document().pointer(pointer).cloned();
        let (old, new) = (part(before), part(after));
        if old != new {
            let shown =
                |part: Option<Value>| part.map_or("none".to_owned(), |it| to_sorted_line(&it));
            let detail = format!("{name}: {}", from_to(&shown(old), &shown(new)));
            changes.add("the document", ChangeKind::Access, detail, Breaking);
        }
    }
}

/// One operation before and after.
struct Pair<'a> {
    old: &'a Version<'a>,
    new: &'a Version<'a>,
    changes: &'a mut Changes,
}

impl Pair<'_> {
    fn compare_marks(&mut self) {
        let (old, new) = (self.old.definition, self.new.definition);
        let status = |definition| openapi::status(definition).unwrap_or_default();
        if status(old) != status(new) {
            let detail = from_to(status(old), status(new));
            self.add(ChangeKind::Status, &detail, Breaking);
        }
        let is_deprecated = |definition: &Value| definition["deprecated"] == true;
        match (is_deprecated(old), is_deprecated(new)) {
            (false, true) => self.add(ChangeKind::Deprecated, "", Nothing),
            (true, false) => self.add(ChangeKind::NotDeprecated, "", Nothing),
            _ => {}
        }
        let tags = |definition| openapi::texts(definition, "tags").join(", ");
        if tags(old) != tags(new) {
            let detail = format!("tag: {}", from_to(&tags(old), &tags(new)));
            self.add(ChangeKind::Moved, &detail, Nothing);
        }
        if old.get("security") != new.get("security") {
            let shown = |definition: &Value| match definition.get("security") {
                Some(security) => to_sorted_line(security),
                None => "as the document".to_owned(),
            };
            let detail = format!("security: {}", from_to(&shown(old), &shown(new)));
            self.add(ChangeKind::Access, &detail, Breaking);
        }
    }

    fn compare_bodies(&mut self) {
        let (old, new) = (&self.old.operation, &self.new.operation);
        for (role, old, new) in [
            ("body", &old.body, &new.body),
            ("result", &old.result, &new.result),
        ] {
            let (old_schema, new_schema) = (self.old.content(role), self.new.content(role));
            if old == new {
                let name = format!("{} {role}", self.new.place);
                let old = self.old.contract.fields_without_type(old_schema);
                let new = self.new.contract.fields_without_type(new_schema);
                let mut comparison = self.comparison(role == "body");
                comparison.compare_fields(&name, &old, &new);
                let (old, new) = (self.old.media(role), self.new.media(role));
                if old != new {
                    let detail = format!("{role}: {}", from_to(old, new));
                    self.add(ChangeKind::MediaType, &detail, Breaking);
                }
                continue;
            }
            let (kind, detail, wire) = match (old.as_str(), new.as_str()) {
                ("-", new) => (ChangeKind::Added, new.to_owned(), Breaking),
                (old, "-") => (ChangeKind::Removed, old.to_owned(), Breaking),
                (old, new) if is_type(old) && is_type(new) => {
                    let before = (self.old.contract, old_schema);
                    let wire = wire::impact(before, (self.new.contract, new_schema));
                    (ChangeKind::Retyped, from_to(old, new), wire)
                }
                (old, new) => (ChangeKind::MediaType, from_to(old, new), Breaking),
            };
            if wire != Nothing {
                self.add(kind, &format!("{role}: {detail}"), wire);
            }
        }
    }

    fn compare_parameters(&mut self) {
        let place = &self.new.place;
        for (key, old) in &self.old.parameters {
            let Some(new) = self.new.parameters.get(key) else {
                self.add(ChangeKind::Removed, &old.title(), Breaking);
                continue;
            };
            if old.name != new.name {
                let detail = format!("parameter {}", from_to(&old.label(), &new.label()));
                self.add(ChangeKind::Renamed, &detail, Nothing);
            }
            let versions = Versions {
                place,
                role: Role::Parameter(new.title()),
                old: old.schema,
                new: new.schema,
            };
            let mut comparison = self.comparison(true);
            let is_comparable = comparison.compare_type(&versions);
            comparison.compare_required(&versions, (old.is_required, new.is_required));
            if is_comparable {
                comparison.compare_limits(&versions);
            }
            comparison.compare_known_values(&versions);
        }
        for (key, new) in &self.new.parameters {
            if !self.old.parameters.contains_key(key) {
                let wire = if new.is_required { Breaking } else { Additive };
                self.add(ChangeKind::Added, &new.title(), wire);
            }
        }
    }

    fn comparison(&mut self, is_sent: bool) -> Comparison<'_> {
        Comparison {
            before: self.old.contract,
            after: self.new.contract,
            changes: self.changes,
            is_sent,
            is_received: !is_sent,
        }
    }

    fn add(&mut self, kind: ChangeKind, detail: &str, wire: Impact) {
        self.changes.add(&self.new.place, kind, detail, wire);
    }
}

/// An operation of one of the contracts.
struct Version<'a> {
    contract: &'a Contract,
    operation: Operation,
    place: String,
    definition: &'a Value,
    parameters: BTreeMap<String, Parameter<'a>>,
}

impl<'a> Version<'a> {
    /// The schema of the body or of the result; null where there is none.
    fn content(&self, role: &str) -> &'a Value {
        let content = self.media_and_content(role);
        content.map_or(&Value::Null, |(_, schema)| schema)
    }

    fn media(&self, role: &str) -> &'a str {
        self.media_and_content(role).map_or("", |(media, _)| media)
    }

    fn media_and_content(&self, role: &str) -> Option<(&'a str, &'a Value)> {
        match role {
            "body" => openapi::body(self.definition),
            _ => openapi::result(self.definition),
        }
    }
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
fn by_route(contract: &Contract) -> BTreeMap<String, Version<'_>> {
    let operations = contract.operations().into_iter();
    let versions = operations.map(|operation| {
        let definition = contract.definition(&operation);
        let parameters = openapi::items(definition, "/parameters");
        let version = Version {
            contract,
            parameters: parameters
                .map(|parameter| describe(&operation.path, parameter))
                .collect(),
            place: openapi::place(&operation.method, &operation.path),
            operation,
            definition,
        };
        (openapi::route(&version.place), version)
    });
    versions.collect()
}

/// The key of a path parameter is its position, the key of any other is its name.
fn describe<'a>(path: &str, parameter: &'a Value) -> (String, Parameter<'a>) {
    let name = openapi::text(parameter, "name");
    let within = openapi::text(parameter, "in");
    let key = match openapi::path_parameters(path).position(|found| found == name) {
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

fn is_type(word: &str) -> bool {
    !["-", "form", "bytes"].contains(&word)
}
