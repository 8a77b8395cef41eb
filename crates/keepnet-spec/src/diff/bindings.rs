//! The bindings before and after, as they are generated: what Rust callers notice.

use std::collections::BTreeMap;

use super::change::{ChangeKind, Changes, Impact, from_to};
use crate::codegen::Surface;
use crate::{Contract, SpecError, openapi};

/// Compares the public items of the generated bindings.
///
/// Fails where the bindings of one of the contracts cannot be generated.
pub(super) fn compare(
    changes: &mut Changes,
    before: &Contract,
    after: &Contract,
) -> Result<(), SpecError> {
    let (old, new) = (Surface::of(before)?, Surface::of(after)?);
    let renamed = renamed(before, after);
    for (from, to) in &renamed {
        let detail = from_to(from, to);
        changes.add_to_bindings(&method(to), ChangeKind::Renamed, &detail, Impact::Breaking);
    }
    let old = items(&old, before, &renamed);
    let new = items(&new, after, &BTreeMap::new());
    for (place, item) in &old {
        match new.get(place) {
            Some(now) if now.compared == item.compared => {}
            Some(now) => {
                let detail = from_to(&item.shown, &now.shown);
                changes.add_to_bindings(place, item.kind, &detail, Impact::Breaking);
            }
            None if old.contains_key(&item.owner) && !new.contains_key(&item.owner) => {}
            None => {
                changes.add_to_bindings(place, ChangeKind::Removed, &item.shown, Impact::Breaking);
            }
        }
    }
    for (place, item) in &new {
        let is_part_of_new = new.contains_key(&item.owner) && !old.contains_key(&item.owner);
        if !old.contains_key(place) && !is_part_of_new {
            let impact = match item.is_free_to_add {
                true => Impact::Additive,
                false => Impact::Breaking,
            };
            changes.add_to_bindings(place, ChangeKind::Added, &item.shown, impact);
        }
    }
    Ok(())
}

/// The new name of each method whose operation is called otherwise now.
fn renamed(before: &Contract, after: &Contract) -> BTreeMap<String, String> {
    let by_route = |contract: &Contract| -> BTreeMap<String, String> {
        let operations = contract.operations().into_iter();
        operations
            .map(|it| (openapi::route(&it.place()), it.id))
            .collect()
    };
    let (old, new) = (by_route(before), by_route(after));
    let pairs = old
        .into_iter()
        .filter_map(|(route, id)| Some((id, new.get(&route)?.clone())));
    pairs.filter(|(from, to)| from != to).collect()
}

/// One public item.
struct Item {
    /// The kind of a change of it.
    kind: ChangeKind,
    /// The item that it is a part of; nobody notices a part that comes or goes with its owner.
    owner: String,
    shown: String,
    /// What a caller depends on: the names of arguments are free.
    compared: String,
    is_free_to_add: bool,
}

fn items(
    surface: &Surface,
    contract: &Contract,
    renamed: &BTreeMap<String, String>,
) -> BTreeMap<String, Item> {
    let mut items = Items::default();
    for operation in contract.operations() {
        let Some(found) = surface.methods.get(&operation.id) else {
            continue;
        };
        let place = method(renamed.get(&operation.id).unwrap_or(&operation.id));
        let types = found.arguments.iter().map(|it| type_of(it));
        let compared = format!(
            "({}) -> {}",
            types.collect::<Vec<_>>().join(", "),
            found.result
        );
        items.add_whole(&place, found.signature(), compared);
        items.add_part(&place, "feature", ChangeKind::Moved, &operation.area);
        let class = operation.safety.as_str();
        items.add_part(&place, "retry class", ChangeKind::Safety, class);
        for setter in &found.setters {
            let name = setter.split(':').next().unwrap_or_default();
            let part = format!("{name}()");
            items.add_part(&place, &part, ChangeKind::Retyped, type_of(setter));
        }
    }
    for (name, found) in &surface.types {
        let content = match found.content.as_str() {
            "" => "type",
            content => content,
        };
        items.add_whole(name, content.to_owned(), content.to_owned());
        for (is_so, part) in [
            (found.is_sent, "Serialize"),
            (found.is_received, "Deserialize"),
        ] {
            if is_so {
                items.add_part(name, part, ChangeKind::Retyped, "implemented");
            }
        }
        for (field, found_field) in &found.fields {
            items.add_part(name, field, ChangeKind::Retyped, &found_field.ty);
            if let Some(item) = items.0.get_mut(&format!("{name}.{field}")) {
                // A request that is built as before would send an empty value of a required field.
                let mut may_be_empty = ["Option<", "Vec<", "Map<"].iter();
                let may_be_empty = may_be_empty.any(|start| found_field.ty.starts_with(start));
                item.is_free_to_add = found.is_open && (may_be_empty || !found.is_sent);
            }
        }
        for (constant, value) in &found.values {
            items.add_part(name, constant, ChangeKind::Retyped, &format!("{value:?}"));
        }
    }
    for (name, held) in &surface.wrappers {
        items.add_whole(&format!("path::{name}"), held.clone(), held.clone());
    }
    items.0
}

#[derive(Default)]
struct Items(BTreeMap<String, Item>);

impl Items {
    fn add_whole(&mut self, place: &str, shown: String, compared: String) {
        let item = Item {
            kind: ChangeKind::Retyped,
            owner: String::new(),
            shown,
            compared,
            is_free_to_add: true,
        };
        self.0.insert(place.to_owned(), item);
    }

    fn add_part(&mut self, owner: &str, part: &str, kind: ChangeKind, value: &str) {
        let item = Item {
            kind,
            owner: owner.to_owned(),
            shown: value.to_owned(),
            compared: value.to_owned(),
            is_free_to_add: true,
        };
        self.0.insert(format!("{owner}.{part}"), item);
    }
}

fn method(name: &str) -> String {
    format!("fn {name}")
}

/// `&str` of `book_id: &str`.
fn type_of(argument: &str) -> &str {
    argument.split_once(": ").map_or(argument, |(_, ty)| ty)
}
