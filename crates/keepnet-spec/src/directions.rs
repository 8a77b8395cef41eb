//! Whether the schemas of a document are sent or received.

use serde_json::Value;
use std::collections::BTreeSet;

use crate::openapi;

/// The names of the schemas that the operations of a document send and receive.
pub(crate) struct Directions {
    pub(crate) sent: BTreeSet<String>,
    pub(crate) received: BTreeSet<String>,
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
}
