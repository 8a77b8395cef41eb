//! The table of all operations: small, and the same whatever areas are on.

use std::fmt::Write;

use crate::Contract;

/// Sorted by id, as Rust source.
pub(super) fn source(contract: &Contract) -> String {
    let mut text = String::from("&[\n");
    for operation in contract.operations() {
        let transfer = match (operation.body.as_str(), operation.result.as_str()) {
            ("form", _) => "Upload",
            (_, "bytes") => "Download",
            _ => "Message",
        };
        let wrapping = match operation.result.as_str() {
            "bytes" => "File",
            // Where document and service disagree about the shape, either may come; where the document
            // declares no content, anything may.
            "Value" | "-" => "Unknown",
            result if result.starts_with("Envelope<") => "Envelope",
            _ => "None",
        };
        let _ = writeln!(
            text,
            "    Operation {{ id: {:?}, method: {:?}, path: {:?}, area: {:?}, safety: Safety::{:?}, transfer: Transfer::{transfer}, wrapping: Wrapping::{wrapping} }},",
            operation.id, operation.method, operation.path, operation.area, operation.safety,
        );
    }
    text.push_str("]\n");
    text
}

/// As a table in Markdown, which shows all operations to users who have only some features on.
pub(super) fn page(contract: &Contract) -> String {
    let mut text =
        String::from("| method | operation | feature | repeats |\n| --- | --- | --- | --- |\n");
    for operation in contract.operations() {
        let _ = writeln!(
            text,
            "| `{}` | `{} {}` | `{}` | {} |",
            operation.id, operation.method, operation.path, operation.area, operation.safety,
        );
    }
    text
}
