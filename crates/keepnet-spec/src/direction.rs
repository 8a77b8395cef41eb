use serde_json::Value;
use std::collections::BTreeSet;

use crate::walk;

/// Which way the schemas of a document travel, over all its operations.
pub(crate) struct Directions {
    sent: BTreeSet<String>,
    received: BTreeSet<String>,
}

impl Directions {
    pub(crate) fn of(document: &Value) -> Directions {
        let (mut sent, mut received) = (BTreeSet::new(), BTreeSet::new());
        walk::each_operation(document, |_, _, operation| {
            walk::references(&operation["requestBody"], &mut sent);
            walk::references(&operation["parameters"], &mut sent);
            walk::references(&operation["responses"], &mut received);
        });
        let closure = |start| match walk::schemas(document) {
            Some(schemas) => walk::closure(schemas, start),
            None => BTreeSet::new(),
        };
        Directions {
            sent: closure(sent),
            received: closure(received),
        }
    }

    /// Part of a request, whatever else it is.
    pub(crate) fn is_sent(&self, name: &str) -> bool {
        self.sent.contains(name)
    }

    /// Part of an answer, whatever else it is.
    pub(crate) fn is_received(&self, name: &str) -> bool {
        self.received.contains(name)
    }

    /// Only ever part of a request.
    #[cfg(feature = "generate")]
    pub(crate) fn is_only_sent(&self, name: &str) -> bool {
        self.is_sent(name) && !self.is_received(name)
    }

    /// Only ever part of an answer.
    #[cfg(feature = "generate")]
    pub(crate) fn is_only_received(&self, name: &str) -> bool {
        self.is_received(name) && !self.is_sent(name)
    }
}
