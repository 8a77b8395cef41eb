//! How much a staff list may hold before it is refused.

use std::fmt;

/// How much a file may hold.
///
/// Each limit bounds memory or time, so that a damaged or hostile file ends in an error and does
/// not exhaust the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of the file. Default 200 MB, which is what the service accepts.
    pub file_bytes: u64,
    /// Bytes of a workbook after all its parts are inflated. Default 2 GiB.
    pub inflated_bytes: u64,
    /// Bytes of a workbook's texts, which are held in memory, after they are inflated. Default
    /// 256 MiB.
    pub shared_text_bytes: u64,
    /// How many times larger than its packed form a part above 64 MiB may be. Default 400.
    pub inflation: u64,
    /// Files inside a workbook. Default 4,096.
    pub parts: u64,
    /// Cells of a workbook in the old or the OpenDocument format, which is held in memory as a full
    /// grid. Default 8,000,000 (256 MB).
    pub grid_cells: u64,
    /// Rows with people. Default 1,000,000.
    pub rows: u64,
    /// Columns up to the last one with a header. Default 16,384, the most that a spreadsheet has.
    pub columns: u64,
    /// Characters in a cell. Default 32,767, the most that a spreadsheet program stores.
    pub cell_chars: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            file_bytes: 200_000_000,
            inflated_bytes: 2 << 30,
            shared_text_bytes: 256 << 20,
            inflation: 400,
            parts: 4_096,
            grid_cells: 8_000_000,
            rows: 1_000_000,
            columns: 16_384,
            cell_chars: 32_767,
        }
    }
}

impl Limits {
    /// The value of `limit`.
    pub(crate) fn value(&self, limit: Limit) -> u64 {
        match limit {
            Limit::FileBytes => self.file_bytes,
            Limit::InflatedBytes => self.inflated_bytes,
            Limit::SharedTextBytes => self.shared_text_bytes,
            Limit::Inflation => self.inflation,
            Limit::Parts => self.parts,
            Limit::GridCells => self.grid_cells,
            Limit::Rows => self.rows,
            Limit::Columns => self.columns,
            Limit::CellChars => self.cell_chars,
        }
    }
}

/// The limit that a file exceeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Limit {
    /// [`Limits::file_bytes`]
    FileBytes,
    /// [`Limits::inflated_bytes`]
    InflatedBytes,
    /// [`Limits::shared_text_bytes`]
    SharedTextBytes,
    /// [`Limits::inflation`]
    Inflation,
    /// [`Limits::parts`]
    Parts,
    /// [`Limits::grid_cells`]
    GridCells,
    /// [`Limits::rows`]
    Rows,
    /// [`Limits::columns`]
    Columns,
    /// [`Limits::cell_chars`]
    CellChars,
}

impl Limit {
    /// The advice for a file that exceeds it.
    pub(crate) fn remedy(self) -> &'static str {
        match self {
            Limit::FileBytes | Limit::Rows => "split it into several files",
            Limit::InflatedBytes | Limit::SharedTextBytes | Limit::Parts | Limit::Inflation => {
                "copy the people into a new workbook, or save the worksheet as CSV"
            }
            Limit::GridCells => "save it as .xlsx or CSV",
            Limit::Columns => "delete the columns that hold no people's data",
            Limit::CellChars => {
                "shorten the cell; in a CSV file, look for a quotation mark that is not closed"
            }
        }
    }
}

impl Limit {
    /// What is counted, in the singular for one.
    pub(crate) fn noun(self, count: u64) -> &'static str {
        let (one, many) = match self {
            Limit::FileBytes => ("byte", "bytes"),
            Limit::InflatedBytes => ("byte of inflated content", "bytes of inflated content"),
            Limit::SharedTextBytes => ("byte of inflated texts", "bytes of inflated texts"),
            Limit::Inflation => ("times the packed size", "times the packed size"),
            Limit::Parts => ("part inside the workbook", "parts inside the workbook"),
            Limit::GridCells => (
                "cell between the first and the last used one",
                "cells between the first and the last used one",
            ),
            Limit::Rows => ("row with people", "rows with people"),
            Limit::Columns => ("column", "columns"),
            Limit::CellChars => ("character in a cell", "characters in a cell"),
        };
        if count == 1 { one } else { many }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.noun(2))
    }
}
