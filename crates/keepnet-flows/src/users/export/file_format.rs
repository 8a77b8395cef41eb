//! What a file of the service is written as.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a file is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum FileFormat {
    /// Comma-separated text.
    Csv,
    /// A workbook, `.xlsx`.
    Excel,
}

impl FileFormat {
    /// The ending of a file's name: `csv` or `xlsx`.
    pub fn extension(self) -> &'static str {
        match self {
            FileFormat::Csv => "csv",
            FileFormat::Excel => "xlsx",
        }
    }

    /// The service refuses the spelling `Csv`, though its document has it.
    pub(super) fn wire_name(self) -> &'static str {
        match self {
            FileFormat::Csv => "CSV",
            FileFormat::Excel => "Excel",
        }
    }

    /// Whether a file of this format can begin like that: a workbook is a zip archive, and a CSV
    /// file is a text, but no page of HTML.
    pub(super) fn is_begun_by(self, head: &[u8]) -> bool {
        const ARCHIVE: &[u8] = b"PK\x03\x04";
        match self {
            FileFormat::Excel => head.starts_with(ARCHIVE),
            FileFormat::Csv => match head.trim_ascii_start() {
                [] | [b'<', ..] => false,
                text => !text.starts_with(ARCHIVE),
            },
        }
    }
}

impl fmt::Display for FileFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FileFormat::Csv => "a CSV file",
            FileFormat::Excel => "an Excel workbook",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_told_by_how_it_begins() {
        let check = |head: &[u8], csv: bool, excel: bool| {
            let told = [FileFormat::Csv, FileFormat::Excel].map(|it| it.is_begun_by(head));
            assert_eq!(told, [csv, excel], "{}", String::from_utf8_lossy(head));
        };
        check(b"Email,First Name\r\n", true, false);
        check(b"\xef\xbb\xbfEmail\r\n", true, false);
        check(b"PK\x03\x04...", false, true);
        check(b"", false, false);
        check(b" <html>", false, false);
    }
}
