//! A JSON document that keeps the order of its members, whatever features the build has on.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::fmt;

use crate::{SpecError, read};

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Tree {
    Object(Vec<(String, Tree)>),
    Array(Vec<Tree>),
    Scalar(Value),
}

impl Tree {
    pub(super) fn read(text: &str) -> Result<Tree, SpecError> {
        Ok(read::leniently(text)?.0)
    }

    pub(super) fn get(&self, key: &str) -> Option<&Tree> {
        self.entries()
            .find(|(found, _)| *found == key)
            .map(|(_, value)| value)
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, &Tree)> {
        let members = match self {
            Tree::Object(members) => members.as_slice(),
            _ => &[],
        };
        members.iter().map(|(key, value)| (key.as_str(), value))
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries().map(|(key, _)| key)
    }

    /// What tells an item of a list from the others: its name, or itself if it is plain.
    pub(super) fn name(&self) -> String {
        match self {
            Tree::Scalar(value) => value.to_string(),
            other => match other.get("name") {
                Some(Tree::Scalar(name)) => name.to_string(),
                _ => String::new(),
            },
        }
    }

    /// The same with sorted keys and without texts and examples.
    pub(super) fn facts(&self) -> Tree {
        match self {
            Tree::Object(members) => {
                let mut facts: Vec<(String, Tree)> = members
                    .iter()
                    .filter(|(key, _)| !["description", "example", "title"].contains(&key.as_str()))
                    .map(|(key, value)| (key.clone(), value.facts()))
                    .collect();
                facts.sort_by(|one, other| one.0.cmp(&other.0));
                Tree::Object(facts)
            }
            Tree::Array(items) => Tree::Array(items.iter().map(Tree::facts).collect()),
            Tree::Scalar(value) => Tree::Scalar(value.clone()),
        }
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Tree::Object(members))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element()? {
            array.push(item);
        }
        Ok(Tree::Array(array))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Scalar(value.into()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Scalar(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Scalar(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Tree, E> {
        Ok(Tree::Scalar(value.into()))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Tree, E> {
        Ok(Tree::Scalar(value.into()))
    }

    fn visit_unit<E: Error>(self) -> Result<Tree, E> {
        Ok(Tree::Scalar(Value::Null))
    }
}
