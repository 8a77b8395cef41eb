//! The words for the modes of an import, of which the service knows one set.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A set of words for the modes of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ImportWords {
    /// Those that the service's own web client sends.
    #[default]
    WebClient,
    /// Those of the published document, which no client is known to send.
    Document,
}

/// Which words the service of a client knows, as far as the imports so far have shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct KnownWords(Arc<AtomicBool>);

impl KnownWords {
    pub(crate) fn get(&self) -> ImportWords {
        match self.0.load(Ordering::Relaxed) {
            true => ImportWords::Document,
            false => ImportWords::WebClient,
        }
    }

    pub(crate) fn set(&self, words: ImportWords) {
        let is_document = words == ImportWords::Document;
        self.0.store(is_document, Ordering::Relaxed);
    }
}
