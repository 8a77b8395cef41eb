//! Where the contract comes from.

use serde::{Deserialize, Serialize};

use crate::SpecError;

/// `keepnet-api-spec.provenance.json`: where the contract comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// The SHA-256 of the bytes of the published document, in lower-case hexadecimal digits.
    pub sha256: String,
    /// Bytes of the published document.
    pub size: usize,
    /// The day on which the document was taken, in UTC, as `2026-03-09`.
    pub date: String,
    /// The name of the file, or the URL without credentials and query.
    pub source: String,
    /// The number of operations in the contract.
    pub operations: usize,
    /// The SHA-256 of the contract as it is written, so that an edit by hand is noticed.
    pub contract_sha256: String,
}

impl Provenance {
    /// Reads the text of the file.
    pub fn parse(text: &str) -> Result<Provenance, SpecError> {
        serde_json::from_str(text).map_err(|error| SpecError::InvalidFile {
            file: "keepnet-api-spec.provenance.json",
            message: error.to_string(),
        })
    }

    /// The text of the file.
    pub fn to_text(&self) -> String {
        // Texts and numbers cannot fail to be written.
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        text + "\n"
    }
}
