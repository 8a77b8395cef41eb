//! Reading and writing files of rows: `.xlsx`, `.xls` and `.csv`.

mod delimited;
mod table;
mod workbook;
mod write;

pub(crate) use table::Table;
use table::TableBuilder;
pub(crate) use write::{Rows, Written, write};

/// The kinds of file that an upload may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileType {
    Xlsx,
    Xls,
    Csv,
}

impl FileType {
    /// By the extension, without regard to case.
    pub(crate) fn of(file_name: &str) -> Option<Self> {
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

/// A file that was read.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) table: Table,
    /// Of all sheets; only the first one is read.
    pub(crate) names: Vec<String>,
}

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    #[error("The file is not what its extension says")]
    Format,
    #[error("The file holds more than {0}")]
    TooLarge(&'static str),
}

/// Reads the first sheet of a file.
pub(crate) fn read(file_type: FileType, bytes: Vec<u8>) -> Result<Sheet, ReadError> {
    match file_type {
        FileType::Xlsx => workbook::read_xlsx(bytes),
        FileType::Xls => workbook::read_xls(bytes),
        FileType::Csv => delimited::read(&bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_tells_the_kind_of_file() {
        let check = |name: &str, expected: Option<FileType>| {
            assert_eq!(FileType::of(name), expected, "{name}")
        };
        check("people.xlsx", Some(FileType::Xlsx));
        check("PEOPLE.XLS", Some(FileType::Xls));
        check("a.b.csv", Some(FileType::Csv));
        check("people.txt", None);
        check("people", None);
    }
}
