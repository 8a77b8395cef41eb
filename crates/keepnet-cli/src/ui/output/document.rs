//! The JSON documents, version 1 of which `keepnet schema` describes.

use schemars::JsonSchema;
use serde::Serialize;

use crate::exit::Outcome;

/// A document with its outcome, as `--output json` prints it.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Document<'a, T> {
    #[schemars(with = "String")]
    outcome: Outcome,
    #[serde(flatten)]
    content: &'a T,
}

impl<T> Document<'_, T> {
    /// The document of a command that ended so.
    pub(crate) fn new(content: &T, outcome: Outcome) -> Document<'_, T> {
        Document { outcome, content }
    }

    /// The document of a command that did what it was asked to.
    pub(crate) fn complete(content: &T) -> Document<'_, T> {
        Document::new(content, Outcome::Complete)
    }
}

/// A list, as `--output json` prints it; with `ndjson`, each line is an item.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "it describes what `List` writes item by item")]
pub(crate) struct ListDocument<T> {
    items: Vec<T>,
    #[schemars(with = "String")]
    outcome: Outcome,
    /// The token of the next page; null if there is none.
    next_page_token: Option<String>,
}
