use std::fmt::Write;

use crate::{Contract, Safety};

/// The table of all operations, sorted by id: small, and the same whatever areas are on.
pub(super) fn of(contract: &Contract) -> String {
    let mut text = String::from("&[\n");
    for operation in contract.operations() {
        let safety = match operation.safety {
            Safety::Read => "Read",
            Safety::Idempotent => "Idempotent",
            Safety::Once => "Once",
        };
        let transfer = match (operation.body.as_str(), operation.result.as_str()) {
            ("form", _) => "Upload",
            (_, "bytes") => "Download",
            _ => "Message",
        };
        let _ = writeln!(
            text,
            "    Operation::new({:?}, {:?}, {:?}, {:?}, Safety::{safety}, Transfer::{transfer}),",
            operation.id, operation.method, operation.path, operation.area,
        );
    }
    text.push_str("]\n");
    text
}
