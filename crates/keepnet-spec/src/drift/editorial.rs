use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::tree::Tree;
use crate::{SpecError, names::dotnet::TypeName, walk};

/// What changed between two published documents without reaching the contract: counted, not listed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Editorial {
    /// Titles, summaries and descriptions.
    pub texts: usize,
    /// Examples and defaults.
    pub examples: usize,
    /// Bodies that were cut by hand, put back, or cut in another way.
    pub bodies: usize,
    /// Objects and lists whose members come in another order.
    pub orders: usize,
    /// Schemas whose name differs in the version of an assembly alone.
    pub assemblies: usize,
}

impl Editorial {
    /// Compares the texts of two published documents, each read as leniently as
    /// [`read_leniently`](crate::read_leniently) does.
    pub fn between(before: &str, after: &str) -> Result<Editorial, SpecError> {
        let (before, after) = (Tree::read(before)?, Tree::read(after)?);
        let mut count = Editorial::default();
        count.compare_heads(&before, &after);
        let (old, new) = (operations(&before), operations(&after));
        for (route, operation) in &old {
            if let Some(now) = new.get(route) {
                count.compare_operation(operation, now);
            }
        }
        let (old, new) = (schemas(&before), schemas(&after));
        for (key, (name, schema)) in &old {
            if let Some((name_now, now)) = new.get(key) {
                count.assemblies += usize::from(name != name_now);
                count.compare(schema, now);
            }
        }
        for place in ["paths", "components/schemas"] {
            let keys = |tree: &'_ Tree| -> Vec<String> {
                let found = place.split('/').try_fold(tree, |tree, key| tree.get(key));
                let keys = found.into_iter().flat_map(Tree::keys);
                keys.map(|key| TypeName::parse(&walk::route(key)).key())
                    .collect()
            };
            count.compare_order(&keys(&before), &keys(&after));
        }
        Ok(count)
    }

    /// Whether the two documents say the same in the same words and order.
    pub fn is_empty(&self) -> bool {
        *self == Editorial::default()
    }

    fn compare_heads(&mut self, before: &Tree, after: &Tree) {
        for key in ["info", "servers", "tags", "externalDocs"] {
            match (before.get(key), after.get(key)) {
                (Some(old), Some(new)) => self.compare(old, new),
                (None, None) => {}
                _ => self.texts += 1,
            }
        }
    }

    fn compare_operation(&mut self, old: &Tree, new: &Tree) {
        let old_body = old.get("requestBody").and_then(|body| body.get("content"));
        let new_body = new.get("requestBody").and_then(|body| body.get("content"));
        let json = |body: Option<&'_ Tree>| {
            let media = body?.entries().find(|(media, _)| media.contains("json"))?;
            Some(media.1.get("schema")?.facts())
        };
        let (was, now) = (json(old_body), json(new_body));
        let is_cut = |schema: &Option<Tree>| {
            schema
                .as_ref()
                .is_some_and(|s| s.get("properties").is_some())
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
                    if let Some(item_now) = by_name.get(&item.name()) {
                        self.compare(item, item_now);
                    }
                }
            }
            _ => {}
        }
    }

    fn compare_objects(&mut self, old: &Tree, new: &Tree) {
        let keys = |tree: &'_ Tree| tree.keys().map(str::to_owned).collect::<Vec<_>>();
        self.compare_order(&keys(old), &keys(new));
        let all: BTreeSet<&str> = old.keys().chain(new.keys()).collect();
        for key in all {
            let (was, now) = (old.get(key), new.get(key));
            match (Kind::of(key, was.or(now)), was, now) {
                (Kind::Text, was, now) => self.texts += usize::from(was != now),
                (Kind::Example, was, now) => self.examples += usize::from(was != now),
                (Kind::Fact, Some(was), Some(now)) if key == "properties" => {
                    self.compare_order(&keys(was), &keys(now));
                    for (field, schema) in was.entries() {
                        if let Some(schema_now) = now.get(field) {
                            self.compare(schema, schema_now);
                        }
                    }
                }
                (Kind::Fact, Some(was), Some(now)) => self.compare(was, now),
                (Kind::Fact, _, _) => {}
            }
        }
    }

    /// Members that both have, in another order.
    fn compare_order(&mut self, old: &[String], new: &[String]) {
        let (was, now): (BTreeSet<&String>, BTreeSet<&String>) =
            (old.iter().collect(), new.iter().collect());
        let common_old = old.iter().filter(|key| now.contains(key));
        let common_new = new.iter().filter(|key| was.contains(key));
        self.orders += usize::from(common_old.ne(common_new));
    }
}

impl fmt::Display for Editorial {
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

fn operations(document: &Tree) -> BTreeMap<String, &Tree> {
    let mut operations = BTreeMap::new();
    for (path, item) in document.get("paths").into_iter().flat_map(Tree::entries) {
        for (method, operation) in item.entries() {
            if walk::METHODS.contains(&method) {
                operations.insert(walk::route(&walk::place(method, path)), operation);
            }
        }
    }
    operations
}

/// Schemas by their name without assembly versions, with the name as it is written.
fn schemas(document: &Tree) -> BTreeMap<String, (&str, &Tree)> {
    let schemas = document
        .get("components")
        .and_then(|components| components.get("schemas"));
    let schemas = schemas.into_iter().flat_map(Tree::entries);
    schemas
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

    #[test]
    fn what_only_readers_of_the_document_see_is_counted() {
        for (old, new, expected) in [
            (r#""title": "T""#, r#""title": "U""#, (1, 0, 0, 0, 0)),
            (
                r#""description": "a""#,
                r#""description": "b""#,
                (1, 0, 0, 0, 0),
            ),
            (r#""summary": "s", "#, "", (1, 0, 0, 0, 0)),
            (
                r#""description": "d""#,
                r#""description": "e""#,
                (1, 0, 0, 0, 0),
            ),
            (r#", "example": {"a": 1}"#, "", (0, 1, 0, 0, 0)),
            (r#"{"a": 1}"#, r#"{"a": 2}"#, (0, 1, 0, 0, 0)),
            (r#"{"a": 1}"#, r#"{"a":}"#, (0, 1, 0, 0, 0)),
            (
                r#"{"$ref": "x"}"#,
                r#"{"properties": {"a": {}}}"#,
                (0, 0, 1, 0, 0),
            ),
            ("V=1", "V=2", (0, 0, 0, 0, 1)),
            (
                r#""description": {"type": "string", "description": "d"}, "title": {"type": "string"}"#,
                r#""title": {"type": "string"}, "description": {"type": "string", "description": "d"}"#,
                (0, 0, 0, 1, 0),
            ),
            (r#""/a":"#, r#""/c":"#, (0, 0, 0, 0, 0)),
            (
                r#""title": {"type": "string"}"#,
                r#""title": {"type": "integer"}"#,
                (0, 0, 0, 0, 0),
            ),
            ("x", "x", (0, 0, 0, 0, 0)),
        ] {
            assert!(BEFORE.contains(old), "{old}");
            let count = Editorial::between(BEFORE, &BEFORE.replacen(old, new, 1)).unwrap();
            let found = (
                count.texts,
                count.examples,
                count.bodies,
                count.orders,
                count.assemblies,
            );
            assert_eq!(found, expected, "{old} to {new}");
        }
    }
}
