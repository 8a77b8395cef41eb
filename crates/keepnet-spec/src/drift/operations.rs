use serde_json::Value;
use std::collections::BTreeMap;

use super::fields::{Fields, Side, known_values, tightens};
use super::{Findings, Impact, What, to};
use crate::{Contract, Operation, walk};
use Impact::{Additive, Breaking, None as Nothing};

pub(super) fn compare(findings: &mut Findings, before: &Contract, after: &Contract) {
    let (old, new) = (by_route(before), by_route(after));
    for (route, was) in &old {
        match new.get(route) {
            None => findings.add(
                &was.place,
                What::Removed,
                &was.operation.id,
                Breaking,
                Breaking,
            ),
            Some(now) => {
                let pair = Pair {
                    before,
                    after,
                    was,
                    now,
                };
                pair.compare_names(findings);
                pair.compare_bodies(findings);
                pair.compare_parameters(findings);
            }
        }
    }
    for (_, now) in new.iter().filter(|(route, _)| !old.contains_key(*route)) {
        findings.add(
            &now.place,
            What::Added,
            &now.operation.id,
            Additive,
            Additive,
        );
    }
}

/// One operation before and after.
struct Pair<'a> {
    before: &'a Contract,
    after: &'a Contract,
    was: &'a Described<'a>,
    now: &'a Described<'a>,
}

impl Pair<'_> {
    fn compare_names(&self, findings: &mut Findings) {
        let (was, now) = (&self.was.operation, &self.now.operation);
        let place = &self.now.place;
        if was.id != now.id {
            findings.add(
                place,
                What::Renamed,
                to(&was.id, &now.id),
                Nothing,
                Breaking,
            );
        }
        if was.area != now.area {
            findings.add(
                place,
                What::Moved,
                to(&was.area, &now.area),
                Nothing,
                Breaking,
            );
        }
        if was.safety != now.safety {
            let detail = to(was.safety.as_str(), now.safety.as_str());
            findings.add(place, What::Safety, detail, Nothing, Nothing);
        }
        let is_deprecated = |described: &Described| described.document["deprecated"] == true;
        if is_deprecated(self.now) && !is_deprecated(self.was) {
            findings.add(place, What::Deprecated, "", Nothing, Nothing);
        }
        if self.was.status != self.now.status {
            let detail = to(&self.was.status, &self.now.status);
            findings.add(place, What::Status, detail, Breaking, Nothing);
        }
    }

    fn compare_bodies(&self, findings: &mut Findings) {
        let (was, now) = (&self.was.operation, &self.now.operation);
        for (role, pointer, old, new) in [
            ("body", "/requestBody", &was.body, &now.body),
            ("result", "/responses", &was.result, &now.result),
        ] {
            let place = &self.now.place;
            let detail = || format!("{role}: {}", to(old, new));
            match (old.as_str(), new.as_str()) {
                (old, new) if old == new => {
                    let side = Side::of(role == "body");
                    self.compare_hidden_fields(findings, pointer, &side, role);
                }
                ("-", new) => {
                    findings.add(
                        place,
                        What::Added,
                        format!("{role}: {new}"),
                        Breaking,
                        Breaking,
                    );
                }
                (old, "-") => {
                    findings.add(
                        place,
                        What::Removed,
                        format!("{role}: {old}"),
                        Breaking,
                        Breaking,
                    );
                }
                (old, new) if is_type(old) && is_type(new) => {
                    let wire = super::wire::impact(
                        (self.before, content(self.was.document, pointer)),
                        (self.after, content(self.now.document, pointer)),
                    );
                    findings.add(place, What::Retyped, detail(), wire, Breaking);
                }
                _ => findings.add(place, What::MediaType, detail(), Breaking, Breaking),
            }
        }
    }

    /// The parts of a form, and what a page holds beside its rows: on the wire, but in no Rust type.
    fn compare_hidden_fields(
        &self,
        findings: &mut Findings,
        pointer: &str,
        side: &Side,
        role: &str,
    ) {
        let old = hidden(self.before, content(self.was.document, pointer));
        let new = hidden(self.after, content(self.now.document, pointer));
        let fields = Fields {
            before: self.before,
            after: self.after,
            side: side.clone(),
            in_rust: false,
        };
        fields.compare(findings, &format!("{} {role}", self.now.place), &old, &new);
    }

    /// A parameter of a method is positional: one more or one less breaks every caller.
    fn compare_parameters(&self, findings: &mut Findings) {
        let place = &self.now.place;
        for (key, was) in &self.was.parameters {
            let Some(now) = self.now.parameters.get(key) else {
                findings.add(place, What::Removed, was.title(), Breaking, Breaking);
                continue;
            };
            if was.name != now.name {
                let detail = format!("parameter {}", to(&was.label(), &now.label()));
                findings.add(place, What::Renamed, detail, Nothing, Nothing);
            }
            self.compare_parameter(findings, place, was, now);
        }
        for (_, now) in self
            .now
            .parameters
            .iter()
            .filter(|(key, _)| !self.was.parameters.contains_key(*key))
        {
            let wire = if now.is_required { Breaking } else { Additive };
            findings.add(place, What::Added, now.title(), wire, Breaking);
        }
    }

    fn compare_parameter(
        &self,
        findings: &mut Findings,
        place: &str,
        was: &Parameter,
        now: &Parameter,
    ) {
        let (old_type, new_type) = (
            self.before.rust_type(was.schema),
            self.after.rust_type(now.schema),
        );
        let title = now.title();
        let wire = super::wire::impact((self.before, was.schema), (self.after, now.schema));
        if old_type != new_type {
            let detail = format!("{title}: {}", to(&old_type, &new_type));
            findings.add(place, What::Retyped, detail, wire, Breaking);
        }
        match (was.is_required, now.is_required) {
            (false, true) => findings.add(place, What::NowRequired, &title, Breaking, Breaking),
            (true, false) => findings.add(place, What::NowOptional, &title, Nothing, Breaking),
            _ => {}
        }
        if old_type == new_type || wire == Nothing {
            for (detail, is_tighter) in tightens(was.schema, now.schema) {
                let wire = if is_tighter { Breaking } else { Nothing };
                findings.add(
                    place,
                    What::Limit,
                    format!("{title}: {detail}"),
                    wire,
                    Nothing,
                );
            }
        }
        if let Some((detail, is_fewer)) = known_values(was.schema, now.schema) {
            let wire = if is_fewer { Breaking } else { Nothing };
            findings.add(
                place,
                What::KnownValues,
                format!("{title}: {detail}"),
                wire,
                Nothing,
            );
        }
    }
}

/// An operation with what its `Operation` leaves out.
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

/// Operations by method and path, whatever the parameters of the path are called.
fn by_route(contract: &Contract) -> BTreeMap<String, Described<'_>> {
    let mut documents = BTreeMap::new();
    walk::each_operation(contract.document(), |method, path, operation| {
        documents.insert(walk::place(method, path), operation);
    });
    let described = contract.operations().into_iter().filter_map(|operation| {
        let place = walk::place(&operation.method, &operation.path);
        let document = documents.remove(&place)?;
        let listed = document["parameters"].as_array().into_iter().flatten();
        let parameters = listed
            .map(|parameter| describe(&operation.path, parameter))
            .collect();
        let responses = document["responses"].as_object();
        let status = responses.and_then(|responses| responses.keys().next().cloned());
        let described = Described {
            place: place.clone(),
            operation,
            document,
            status: status.unwrap_or_default(),
            parameters,
        };
        Some((walk::route(&place), described))
    });
    described.collect()
}

/// A path parameter is told by its position, any other by its name.
fn describe<'a>(path: &str, parameter: &'a Value) -> (String, Parameter<'a>) {
    let text = |key: &str| parameter[key].as_str().unwrap_or_default();
    let (name, within) = (text("name"), text("in"));
    let position = walk::parameters(path).position(|found| found == name);
    let key = match position {
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

/// The schema of the one body or the one answer; null where there is none.
fn content<'a>(operation: &'a Value, pointer: &str) -> &'a Value {
    let holder = operation.pointer(pointer).unwrap_or(&Value::Null);
    let holder = match holder.get("content") {
        Some(_) => holder,
        None => first(holder),
    };
    &first(&holder["content"])["schema"]
}

fn first(map: &Value) -> &Value {
    map.as_object()
        .and_then(|map| map.values().next())
        .unwrap_or(&Value::Null)
}

fn hidden(contract: &Contract, schema: &Value) -> Value {
    match walk::reference(schema) {
        Some(_) => contract.beside_the_rows(schema),
        None => schema.clone(),
    }
}

fn is_type(word: &str) -> bool {
    !["-", "form", "bytes"].contains(&word)
}
