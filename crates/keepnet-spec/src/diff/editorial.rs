//! The changes of a published document that do not reach the contract, as counts.

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;
use std::{fmt, mem};

use super::tree::Tree;
use crate::{SpecError, names::TypeName, openapi, read_leniently};

/// The number of changes between two published documents that do not reach the contract.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct EditorialChanges {
    /// Titles, summaries and descriptions.
    pub texts: usize,
    /// Examples and defaults.
    pub examples: usize,
    /// Bodies that were cut by hand, restored, or cut in another way.
    pub bodies: usize,
    /// Objects and lists whose members come in another order.
    pub orders: usize,
    /// Schemas whose names differ only in the version of an assembly.
    pub assemblies: usize,
}

impl EditorialChanges {
    /// Compares the texts of two published documents, each read as leniently as
    /// [`read_leniently`](crate::read_leniently) does.
    pub fn between(before: &str, after: &str) -> Result<EditorialChanges, SpecError> {
        let before: Tree = read_leniently(before)?.0;
        let after: Tree = read_leniently(after)?.0;
        let mut count = EditorialChanges::default();
        for key in ["info", "servers", "tags", "externalDocs"] {
            match (before.get(&[key]), after.get(&[key])) {
                (Some(old), Some(new)) => count.compare(old, new, false),
                (None, None) => {}
                _ => count.texts += 1,
            }
        }
        let (old, new) = (operations(&before), operations(&after));
        for (route, old) in &old {
            if let Some(new) = new.get(route) {
                count.compare_bodies(old, new);
                count.compare(old, new, false);
            }
        }
        let (old, new) = (schemas(&before), schemas(&after));
        for (key, (old_name, old)) in &old {
            if let Some((new_name, new)) = new.get(key) {
                count.assemblies += usize::from(old_name != new_name);
                count.compare(old, new, false);
            }
        }
        count.compare_order(old.keys(), new.keys());
        let routes = |tree: &Tree| -> Vec<String> {
            let paths = tree.members_at(&["paths"]);
            paths.keys().map(|path| openapi::route(path)).collect()
        };
        count.compare_order(routes(&before).iter(), routes(&after).iter());
        Ok(count)
    }

    /// Whether there is no such change.
    pub fn is_empty(&self) -> bool {
        *self == EditorialChanges::default()
    }

    fn compare_bodies(&mut self, old: &Tree, new: &Tree) {
        let body = |operation: &Tree| {
            let content = operation.members_at(&["requestBody", "content"]);
            let body = content.iter().find(|(media, _)| media.contains("json"));
            body.and_then(|(_, body)| Some(body.get(&["schema"])?.facts()))
        };
        let (old, new) = (body(old), body(new));
        let is_cut =
            |body: &Option<Value>| body.as_ref().is_some_and(|it| it["properties"].is_object());
        self.bodies += usize::from(old != new && (is_cut(&old) || is_cut(&new)));
    }

    /// `are_fields` says that the members are properties, which may be called `title` or `example`.
    fn compare(&mut self, old: &Tree, new: &Tree, are_fields: bool) {
        if mem::discriminant(old) != mem::discriminant(new) {
            return;
        }
        let (old, new) = (old.members(), new.members());
        self.compare_order(old.keys(), new.keys());
        for key in old
            .keys()
            .chain(new.keys().filter(|key| !old.contains_key(*key)))
        {
            let (old, new) = (old.get(key), new.get(key));
            let differ = || usize::from(old.map(|it| it.to_text()) != new.map(|it| it.to_text()));
            let is_scalar = matches!(old.or(new), Some(Tree::Scalar(_)));
            match key.as_str() {
                "description" | "summary" | "title" if is_scalar && !are_fields => {
                    self.texts += differ();
                }
                "externalDocs" | "termsOfService" | "contact" | "license" if !are_fields => {
                    self.texts += differ();
                }
                "example" | "examples" | "default" if !are_fields => self.examples += differ(),
                key => {
                    if let (Some(old), Some(new)) = (old, new) {
                        self.compare(old, new, key == "properties" && !are_fields);
                    }
                }
            }
        }
    }

    /// Counts members that both have, if they come in another order.
    fn compare_order<'a>(
        &mut self,
        old: impl Iterator<Item = &'a String> + Clone,
        new: impl Iterator<Item = &'a String> + Clone,
    ) {
        let before: BTreeSet<&String> = old.clone().collect();
        let after: BTreeSet<&String> = new.clone().collect();
        let old = old.filter(|key| after.contains(key));
        self.orders += usize::from(old.ne(new.filter(|key| before.contains(key))));
    }
}

impl fmt::Display for EditorialChanges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = [
            (self.texts, "text", "texts"),
            (self.examples, "example", "examples"),
            (self.bodies, "body cut by hand", "bodies cut by hand"),
            (self.orders, "order", "orders"),
            (self.assemblies, "assembly version", "assembly versions"),
        ];
        for (index, (count, one, many)) in counts.into_iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{count} {}", if count == 1 { one } else { many })?;
        }
        Ok(())
    }
}

/// Operations by method and path, without the names of the path parameters.
fn operations(document: &Tree) -> IndexMap<String, &Tree> {
    let items = document.members_at(&["paths"]).into_iter();
    let operations = items.flat_map(|(path, item)| {
        let members = item.members().into_iter();
        let operations = members.filter(|(method, _)| openapi::METHODS.contains(&method.as_str()));
        operations.map(move |(method, operation)| {
            (openapi::route(&openapi::place(&method, &path)), operation)
        })
    });
    operations.collect()
}

/// Schemas by their name without assembly versions, with the name as it is written.
fn schemas(document: &Tree) -> IndexMap<String, (String, &Tree)> {
    let schemas = document.members_at(&["components", "schemas"]).into_iter();
    let by_key = schemas.map(|(name, schema)| (TypeName::parse(&name).key(), (name, schema)));
    by_key.collect()
}
