use std::collections::BTreeSet;

use crate::{Contract, walk};

/// Which way the types of the contract travel, over all areas: what a type can do must not depend
/// on the areas that are compiled in.
pub(super) struct Directions {
    sent: BTreeSet<String>,
    received: BTreeSet<String>,
}

impl Directions {
    pub(super) fn of(contract: &Contract) -> Directions {
        let (mut sent, mut received) = (BTreeSet::new(), BTreeSet::new());
        walk::each_operation(contract.document(), |_, _, operation| {
            walk::references(&operation["requestBody"], &mut sent);
            walk::references(&operation["parameters"], &mut sent);
            walk::references(&operation["responses"], &mut received);
        });
        let closure = |start| match walk::schemas(contract.document()) {
            Some(schemas) => walk::closure(schemas, start),
            None => BTreeSet::new(),
        };
        Directions {
            sent: closure(sent),
            received: closure(received),
        }
    }

    /// Only ever part of a request.
    pub(super) fn is_only_sent(&self, name: &str) -> bool {
        self.sent.contains(name) && !self.received.contains(name)
    }

    /// Only ever part of an answer.
    pub(super) fn is_only_received(&self, name: &str) -> bool {
        self.received.contains(name) && !self.sent.contains(name)
    }
}
