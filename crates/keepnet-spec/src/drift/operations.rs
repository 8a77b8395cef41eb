use serde_json::Value;
use std::collections::BTreeMap;

use super::{Change, Impact, What};
use crate::{Contract, Operation, walk};

pub(super) fn compare(before: &Contract, after: &Contract) -> Vec<Change> {
    let (old, new) = (by_place(before), by_place(after));
    let mut changes = Vec::new();
    for (place, (operation, parameters)) in &old {
        match new.get(place) {
            None => changes.push(change(
                place,
                What::Removed,
                operation.id.clone(),
                Impact::Breaking,
                Impact::Breaking,
            )),
            Some((now, parameters_now)) => {
                compare_one(&mut changes, place, operation, now);
                compare_parameters(&mut changes, place, parameters, parameters_now);
            }
        }
    }
    for (place, (operation, _)) in new.iter().filter(|(place, _)| !old.contains_key(*place)) {
        changes.push(change(
            place,
            What::Added,
            operation.id.clone(),
            Impact::Additive,
            Impact::Additive,
        ));
    }
    changes
}

fn compare_one(changes: &mut Vec<Change>, place: &str, old: &Operation, new: &Operation) {
    if old.id != new.id {
        changes.push(change(
            place,
            What::Renamed,
            to(&old.id, &new.id),
            Impact::None,
            Impact::Breaking,
        ));
    }
    if old.area != new.area {
        changes.push(change(
            place,
            What::Moved,
            to(&old.area, &new.area),
            Impact::None,
            Impact::Breaking,
        ));
    }
    if old.safety != new.safety {
        let detail = to(old.safety.as_str(), new.safety.as_str());
        changes.push(change(
            place,
            What::Safety,
            detail,
            Impact::None,
            Impact::None,
        ));
    }
    for (role, old, new) in [
        ("body", &old.body, &new.body),
        ("result", &old.result, &new.result),
    ] {
        if old != new {
            let what = if is_type(old) && is_type(new) {
                What::Retyped
            } else {
                What::MediaType
            };
            // The name of a type says nothing on the wire: its fields are compared under its name.
            let wire = if what == What::Retyped {
                Impact::None
            } else {
                Impact::Breaking
            };
            changes.push(change(
                place,
                what,
                format!("{role}: {}", to(old, new)),
                wire,
                Impact::Breaking,
            ));
        }
    }
}

/// A parameter of a method is positional: one more or one less breaks every caller.
fn compare_parameters(
    changes: &mut Vec<Change>,
    place: &str,
    old: &BTreeMap<String, String>,
    new: &BTreeMap<String, String>,
) {
    for (name, ty) in old {
        match new.get(name) {
            None => changes.push(change(
                place,
                What::Removed,
                format!("parameter {name}"),
                Impact::Breaking,
                Impact::Breaking,
            )),
            Some(now) if now != ty => {
                let detail = format!("parameter {name}: {}", to(ty, now));
                changes.push(change(
                    place,
                    What::Retyped,
                    detail,
                    Impact::Breaking,
                    Impact::Breaking,
                ));
            }
            Some(_) => {}
        }
    }
    for (name, ty) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
        let wire = if ty.ends_with('?') {
            Impact::Additive
        } else {
            Impact::Breaking
        };
        changes.push(change(
            place,
            What::Added,
            format!("parameter {name}"),
            wire,
            Impact::Breaking,
        ));
    }
}

type Described = (Operation, BTreeMap<String, String>);

fn by_place(contract: &Contract) -> BTreeMap<String, Described> {
    let mut parameters = BTreeMap::new();
    walk::each_operation(contract.document(), |method, path, operation| {
        let list = operation["parameters"].as_array().into_iter().flatten();
        let described = list
            .map(|parameter| describe(contract, parameter))
            .collect();
        parameters.insert(walk::place(method, path), described);
    });
    let operations = contract.operations().into_iter().map(|operation| {
        let place = walk::place(&operation.method, &operation.path);
        let parameters = parameters.remove(&place).unwrap_or_default();
        (place, (operation, parameters))
    });
    operations.collect()
}

fn describe(contract: &Contract, parameter: &Value) -> (String, String) {
    let text = |key: &str| parameter[key].as_str().unwrap_or_default();
    let optional = if parameter["required"] == true {
        ""
    } else {
        "?"
    };
    let ty = format!("{}{optional}", contract.rust_type(&parameter["schema"]));
    (format!("{} ({})", text("name"), text("in")), ty)
}

fn is_type(word: &str) -> bool {
    !["-", "form", "bytes"].contains(&word)
}

pub(super) fn change(
    place: &str,
    what: What,
    detail: String,
    wire: Impact,
    rust: Impact,
) -> Change {
    Change {
        place: place.to_owned(),
        what,
        detail,
        wire,
        rust,
    }
}

pub(super) fn to(old: &str, new: &str) -> String {
    format!("{old} → {new}")
}
