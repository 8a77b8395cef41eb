//! A JSON document that keeps the order of its members, whatever features the build has on.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::openapi;

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Tree {
    Object(IndexMap<String, Tree>),
    Array(Vec<Tree>),
    Scalar(Value),
}

impl Tree {
    /// The value below these keys.
    pub(super) fn get(&self, keys: &[&str]) -> Option<&Tree> {
        keys.iter().try_fold(self, |tree, key| match tree {
            Tree::Object(members) => members.get(*key),
            _ => None,
        })
    }

    /// The members of an object by key, the items of a list by name.
    pub(super) fn members(&self) -> IndexMap<String, &Tree> {
        match self {
            Tree::Object(members) => {
                let members = members.iter();
                members.map(|(key, value)| (key.clone(), value)).collect()
            }
            Tree::Array(items) => items.iter().map(|item| (item.name(), item)).collect(),
            Tree::Scalar(_) => IndexMap::new(),
        }
    }

    /// The members of the value below these keys; none where there is no value.
    pub(super) fn members_at(&self, keys: &[&str]) -> IndexMap<String, &Tree> {
        self.get(keys).map(Tree::members).unwrap_or_default()
    }

    /// The name that distinguishes an item of a list, or the item itself if it is a plain value.
    fn name(&self) -> String {
        match (self, self.get(&["name"])) {
            (Tree::Scalar(name), _) | (_, Some(Tree::Scalar(name))) => name.to_string(),
            _ => String::new(),
        }
    }

    /// The text with the members in their order.
    pub(super) fn to_text(&self) -> String {
        // A tree with texts as keys cannot fail to be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The same value without order, texts and examples.
    pub(super) fn facts(&self) -> Value {
        let mut facts = serde_json::to_value(self).unwrap_or_default();
        openapi::each_object_mut(&mut facts, &mut |map| {
            map.retain(|key, _| !["description", "example", "title"].contains(&key.as_str()));
        });
        facts
    }
}
