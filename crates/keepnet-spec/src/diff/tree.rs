//! A JSON document that keeps the order of its members, whatever features the build has on.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Two objects are equal if they have the same members, in whatever order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Tree {
    Object(IndexMap<String, Tree>),
    Array(Vec<Tree>),
    Scalar(Value),
}

impl Tree {
    pub(super) fn get(&self, key: &str) -> Option<&Tree> {
        match self {
            Tree::Object(members) => members.get(key),
            _ => None,
        }
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, &Tree)> {
        let members = match self {
            Tree::Object(members) => Some(members),
            _ => None,
        };
        let members = members.into_iter().flatten();
        members.map(|(key, value)| (key.as_str(), value))
    }

    pub(super) fn keys(&self) -> Vec<&str> {
        self.entries().map(|(key, _)| key).collect()
    }

    /// The name that distinguishes an item of a list, or the item itself if it is a plain value.
    pub(super) fn name(&self) -> String {
        match (self, self.get("name")) {
            (Tree::Scalar(name), _) | (_, Some(Tree::Scalar(name))) => name.to_string(),
            _ => String::new(),
        }
    }

    /// The text with the members in their order.
    pub(super) fn to_text(&self) -> String {
        // A tree with texts as keys cannot fail to be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The same without texts and examples.
    pub(super) fn facts(&self) -> Tree {
        match self {
            Tree::Object(members) => {
                let mut facts = members.clone();
                facts.retain(|key, _| !["description", "example", "title"].contains(&key.as_str()));
                facts.values_mut().for_each(|value| *value = value.facts());
                Tree::Object(facts)
            }
            Tree::Array(items) => Tree::Array(items.iter().map(Tree::facts).collect()),
            scalar => scalar.clone(),
        }
    }
}
