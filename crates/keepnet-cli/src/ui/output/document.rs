//! The JSON documents, version 1 of which `keepnet schema` describes.

use schemars::JsonSchema;
use serde::Serialize;

/// A document with its outcome, as `--output json` prints it.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Document<'a, T> {
    /// `complete`; `incomplete` if rows were rejected or failed; `previewed` if nothing is written yet.
    outcome: &'static str,
    #[serde(flatten)]
    content: &'a T,
}

impl<T> Document<'_, T> {
    /// The document of a command that did what it was asked to.
    pub(crate) fn complete(content: &T) -> Document<'_, T> {
        Document {
            outcome: "complete",
            content,
        }
    }

    /// The document of a command that handles rows.
    pub(crate) fn of_rows(content: &T, is_complete: bool, is_preview: bool) -> Document<'_, T> {
        let outcome = match (is_preview, is_complete) {
            (true, _) => "previewed",
            (false, true) => "complete",
            (false, false) => "incomplete",
        };
        Document { outcome, content }
    }
}

/// A list, as `--output json` prints it; with `ndjson`, each line is an item.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "it describes what `List` writes item by item")]
pub(crate) struct ListDocument<T> {
    items: Vec<T>,
    /// `complete`; `partial` if there are more items; `incomplete` if an error ended the list.
    outcome: &'static str,
    /// The token of the next page; null if there is none.
    next_page_token: Option<String>,
}
