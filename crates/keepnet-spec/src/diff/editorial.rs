//! The changes of a published document that do not reach the contract, as counts.

use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::tree::Tree;
use crate::{SpecError, names::TypeName, openapi, read::read_leniently_as};

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
        let before: Tree = read_leniently_as(before)?.0;
        let after: Tree = read_leniently_as(after)?.0;
        let mut count = EditorialChanges::default();
        for key in ["info", "servers", "tags", "externalDocs"] {
            match (before.get(key), after.get(key)) {
                (Some(old), Some(new)) => count.compare(old, new),
                (None, None) => {}
                _ => count.texts += 1,
            }
        }
        let (old, new) = (operations(&before), operations(&after));
        for (route, operation) in &old {
            if let Some(now) = new.get(route) {
                count.compare_operation(operation, now);
            }
        }
        let (old, new) = (schemas(&before), schemas(&after));
        for (key, (name, schema)) in &old {
            if let Some((new_name, now)) = new.get(key) {
                count.assemblies += usize::from(name != new_name);
                count.compare(schema, now);
            }
        }
        let paths = |tree| keys_at(tree, &["paths"], openapi::route);
        count.compare_order(&paths(&before), &paths(&after));
        let schemas = |tree| keys_at(tree, SCHEMAS, |name| TypeName::parse(name).key());
        count.compare_order(&schemas(&before), &schemas(&after));
        Ok(count)
    }

    /// Whether there is no such change.
    pub fn is_empty(&self) -> bool {
        *self == EditorialChanges::default()
    }

    fn compare_operation(&mut self, old: &Tree, new: &Tree) {
        let body = |operation: &Tree| {
            let content = operation.get("requestBody")?.get("content")?;
            let mut media = content.entries();
            let (_, body) = media.find(|(media, _)| media.contains("json"))?;
            Some(body.get("schema")?.facts())
        };
        let (was, now) = (body(old), body(new));
        let is_cut = |schema: &Option<Tree>| {
            let properties = schema.as_ref().and_then(|schema| schema.get("properties"));
            properties.is_some()
        };
        if was != now && (is_cut(&was) || is_cut(&now)) {
            self.bodies += 1;
        }
        self.compare(old, new);
    }

    fn compare(&mut self, old: &Tree, new: &Tree) {
        match (old, new) {
            (Tree::Object(_), Tree::Object(_)) => self.compare_objects(old, new),
            (Tree::Array(was), Tree::Array(now)) => {
                let names = |items: &[Tree]| items.iter().map(Tree::name).collect::<Vec<_>>();
                self.compare_order(&names(was), &names(now));
                let by_name: BTreeMap<_, _> = now.iter().map(|item| (item.name(), item)).collect();
                for item in was {
                    if let Some(new_item) = by_name.get(&item.name()) {
                        self.compare(item, new_item);
                    }
                }
            }
            _ => {}
        }
    }

    fn compare_objects(&mut self, old: &Tree, new: &Tree) {
        self.compare_order(&old.keys(), &new.keys());
        let all: BTreeSet<&str> = old.keys().into_iter().chain(new.keys()).collect();
        for key in all {
            let (was, now) = (old.get(key), new.get(key));
            let differ = || usize::from(was.map(Tree::to_text) != now.map(Tree::to_text));
            match (Kind::of(key, was.or(now)), was, now) {
                (Kind::Text, _, _) => self.texts += differ(),
                (Kind::Example, _, _) => self.examples += differ(),
                // A property may be called `title` or `example`.
                (Kind::Fact, Some(was), Some(now)) if key == "properties" => {
                    self.compare_order(&was.keys(), &now.keys());
                    for (field, schema) in was.entries() {
                        if let Some(new_schema) = now.get(field) {
                            self.compare(schema, new_schema);
                        }
                    }
                }
                (Kind::Fact, Some(was), Some(now)) => self.compare(was, now),
                (Kind::Fact, _, _) => {}
            }
        }
    }

    /// Counts members that both have, if they come in another order.
    fn compare_order<T: Ord>(&mut self, old: &[T], new: &[T]) {
        let (was, now): (BTreeSet<&T>, BTreeSet<&T>) = (old.iter().collect(), new.iter().collect());
        let common_old = old.iter().filter(|key| now.contains(key));
        let common_new = new.iter().filter(|key| was.contains(key));
        self.orders += usize::from(common_old.ne(common_new));
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

enum Kind {
    Text,
    Example,
    Fact,
}

impl Kind {
    fn of(key: &str, value: Option<&Tree>) -> Kind {
        match key {
            "description" | "summary" | "title" if matches!(value, Some(Tree::Scalar(_))) => {
                Kind::Text
            }
            "externalDocs" | "termsOfService" | "contact" | "license" => Kind::Text,
            "example" | "examples" | "default" => Kind::Example,
            _ => Kind::Fact,
        }
    }
}

const SCHEMAS: &[&str] = &["components", "schemas"];

fn entries_at<'a>(tree: &'a Tree, path: &[&str]) -> impl Iterator<Item = (&'a str, &'a Tree)> {
    let found = path.iter().try_fold(tree, |tree, key| tree.get(key));
    found.into_iter().flat_map(Tree::entries)
}

fn keys_at(tree: &Tree, path: &[&str], name: impl Fn(&str) -> String) -> Vec<String> {
    entries_at(tree, path).map(|(key, _)| name(key)).collect()
}

fn operations(document: &Tree) -> BTreeMap<String, &Tree> {
    let items = entries_at(document, &["paths"]);
    let operations = items.flat_map(|(path, item)| {
        let operations = item
            .entries()
            .filter(|(method, _)| openapi::METHODS.contains(method));
        operations.map(move |(method, operation)| {
            (openapi::route(&openapi::place(method, path)), operation)
        })
    });
    operations.collect()
}

/// Schemas by their name without assembly versions, with the name as it is written.
fn schemas(document: &Tree) -> BTreeMap<String, (&str, &Tree)> {
    entries_at(document, SCHEMAS)
        .map(|(name, schema)| (TypeName::parse(name).key(), (name, schema)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = r#"{"info": {"title": "T"}, "tags": [{"name": "X", "description": "a"}],
        "paths": {"/a": {"post": {"summary": "s", "requestBody": {"content": {"application/json": {
            "schema": {"$ref": "x"}, "example": {"a": 1}}}}}}, "/b": {"get": {}}},
        "components": {"schemas": {"L`1[[B, V=1]]": {"type": "object", "properties": {
            "description": {"type": "string", "description": "d"}, "title": {"type": "string"}}}}}}"#;

    const NONE: EditorialChanges = EditorialChanges {
        texts: 0,
        examples: 0,
        bodies: 0,
        orders: 0,
        assemblies: 0,
    };

    #[test]
    fn editorial_changes_are_counted() {
        let text = EditorialChanges { texts: 1, ..NONE };
        let example = EditorialChanges {
            examples: 1,
            ..NONE
        };
        let body = EditorialChanges { bodies: 1, ..NONE };
        let order = EditorialChanges { orders: 1, ..NONE };
        let assembly = EditorialChanges {
            assemblies: 1,
            ..NONE
        };
        for (old, new, expected) in [
            (r#""title": "T""#, r#""title": "U""#, &text),
            (r#""description": "a""#, r#""description": "b""#, &text),
            (r#""summary": "s", "#, "", &text),
            (r#""description": "d""#, r#""description": "e""#, &text),
            (r#", "example": {"a": 1}"#, "", &example),
            (r#"{"a": 1}"#, r#"{"a": 2}"#, &example),
            (r#"{"a": 1}"#, r#"{"a":}"#, &example),
            (r#"{"$ref": "x"}"#, r#"{"properties": {"a": {}}}"#, &body),
            ("V=1", "V=2", &assembly),
            (
                r#""description": {"type": "string", "description": "d"}, "title": {"type": "string"}"#,
                r#""title": {"type": "string"}, "description": {"type": "string", "description": "d"}"#,
                &order,
            ),
            (r#""/a":"#, r#""/c":"#, &NONE),
            (
                r#""title": {"type": "string"}"#,
                r#""title": {"type": "integer"}"#,
                &NONE,
            ),
            ("x", "x", &NONE),
        ] {
            assert!(BEFORE.contains(old), "{old}");
            let after = BEFORE.replacen(old, new, 1);
            let found = EditorialChanges::between(BEFORE, &after).unwrap();
            assert_eq!(found, *expected, "{old} to {new}");
        }
    }
}
