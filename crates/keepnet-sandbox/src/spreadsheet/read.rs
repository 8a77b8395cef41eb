//! Choosing the reader by the extension of the file.

use super::error::ReadError;
use super::table::Sheet;
use super::{delimited, workbook};

/// The file types that an upload may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileType {
    Xlsx,
    Xls,
    Csv,
}

impl FileType {
    /// The type by the extension, in any case.
    pub(crate) fn from_name(file_name: &str) -> Option<Self> {
        match file_name.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
            "xlsx" => Some(Self::Xlsx),
            "xls" => Some(Self::Xls),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Xlsx | Self::Xls => "Excel",
            Self::Csv => "CSV",
        }
    }
}

/// Reads the first sheet of a file.
pub(crate) fn read(file_type: FileType, bytes: &[u8]) -> Result<Sheet, ReadError> {
    match file_type {
        FileType::Xlsx => workbook::read_xlsx(bytes),
        FileType::Xls => workbook::read_xls(bytes),
        FileType::Csv => delimited::read(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extension_decides_the_file_type() {
        let check = |name: &str, expected: Option<FileType>| {
            assert_eq!(FileType::from_name(name), expected, "{name}")
        };
        check("people.xlsx", Some(FileType::Xlsx));
        check("PEOPLE.XLS", Some(FileType::Xls));
        check("a.b.csv", Some(FileType::Csv));
        check("people.txt", None);
        check("people", None);
    }
}
