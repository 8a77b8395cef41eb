//! Whether the schemas of a document are sent or received.

use serde_json::Value;
use std::collections::BTreeSet;

use crate::openapi;

/// The schemas that the operations of a document send and receive.
pub(crate) struct Directions {
    sent: BTreeSet<String>,
    received: BTreeSet<String>,
}

impl Directions {
    pub(crate) fn of(document: &Value) -> Directions {
        let reachable = |parts: &[&str]| {
            let operations = openapi::operations(document);
            let values =
                operations.flat_map(|(_, _, operation)| parts.iter().map(|part| &operation[*part]));
            openapi::reachable(document, values)
        };
        Directions {
            sent: reachable(&["requestBody", "parameters"]),
            received: reachable(&["responses"]),
        }
    }

    /// Whether a request contains it.
    pub(crate) fn is_sent(&self, name: &str) -> bool {
        self.sent.contains(name)
    }

    /// Whether a response contains it.
    pub(crate) fn is_received(&self, name: &str) -> bool {
        self.received.contains(name)
    }

    /// Whether only requests contain it.
    #[cfg(feature = "generate")]
    pub(crate) fn is_only_sent(&self, name: &str) -> bool {
        self.is_sent(name) && !self.is_received(name)
    }

    /// Whether only responses contain it.
    #[cfg(feature = "generate")]
    pub(crate) fn is_only_received(&self, name: &str) -> bool {
        self.is_received(name) && !self.is_sent(name)
    }
}
