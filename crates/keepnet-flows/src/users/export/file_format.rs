//! The format of an exported file.

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
    /// The extension of a file's name: `csv` or `xlsx`.
    pub fn extension(self) -> &'static str {
        match self {
            FileFormat::Csv => "csv",
            FileFormat::Excel => "xlsx",
        }
    }

    /// The name in a request: the service refuses the spelling `Csv` of its own document.
    pub(super) fn wire_name(self) -> &'static str {
        match self {
            FileFormat::Csv => "CSV",
            FileFormat::Excel => "Excel",
        }
    }

    /// Whether a file of this format can start with these bytes: a workbook is a zip archive, and a CSV
    /// file is a text other than HTML.
    pub(super) fn matches(self, head: &[u8]) -> bool {
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
    fn format_is_recognised_by_the_first_bytes() {
        let check = |head: &[u8], csv: bool, excel: bool| {
            let found = [FileFormat::Csv, FileFormat::Excel].map(|it| it.matches(head));
            assert_eq!(found, [csv, excel], "{}", String::from_utf8_lossy(head));
        };
        check(b"Email,First Name\r\n", true, false);
        check(b"\xef\xbb\xbfEmail\r\n", true, false);
        check(b"PK\x03\x04...", false, true);
        check(b"", false, false);
        check(b" <html>", false, false);
    }
}
