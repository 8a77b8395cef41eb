//! A table of text cells in one allocation, so that a million rows fit in memory.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::error::ReadError;

const MAX_COLUMNS: usize = 256;
/// The most cell text, in bytes.
const MAX_TEXT: usize = 256 << 20;
/// The number of rows that a worksheet can have.
const MAX_ROWS: usize = 1 << 20;

/// A file that was read.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) table: Table,
    /// The names of all sheets; only the first sheet is read.
    pub(crate) names: Vec<String>,
}

/// A header row, and the rows below it that are not blank.
#[derive(Debug, Default)]
pub(crate) struct Table {
    headers: Vec<String>,
    text: String,
    /// The end of each cell in `text`, row by row.
    ends: Vec<u32>,
    duplicates: usize,
}

impl Table {
    /// The headers as in the file, with surrounding space.
    pub(crate) fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The number of rows below the header row.
    pub(crate) fn len(&self) -> usize {
        self.ends.len().checked_div(self.headers.len()).unwrap_or(0)
    }

    pub(crate) fn cell(&self, row: usize, column: usize) -> &str {
        let position = row * self.headers.len() + column;
        let start = position
            .checked_sub(1)
            .map_or(0, |before| self.ends[before]);
        &self.text[start as usize..self.ends[position] as usize]
    }

    /// The number of rows that equal an earlier row in every cell.
    pub(crate) fn duplicates(&self) -> usize {
        self.duplicates
    }

    /// Finds a column by its header, with or without the surrounding space.
    pub(crate) fn column(&self, header: &str) -> Option<usize> {
        let exact = self.headers.iter().position(|known| known == header);
        exact.or_else(|| self.headers.iter().position(|known| known.trim() == header))
    }
}

/// Builds a table from rows, top to bottom. The first row that is not blank is the header row. Cells
/// to the right of the last header, and blank rows, are left out.
#[derive(Debug, Default)]
pub(crate) struct TableBuilder {
    table: Table,
    fingerprints: HashSet<u64>,
}

impl TableBuilder {
    /// How many cells of the next row are needed. For the header row this is one more than the
    /// limit, so that a header row that is too wide is noticed.
    pub(crate) fn width(&self) -> usize {
        if self.table.headers.is_empty() {
            MAX_COLUMNS + 1
        } else {
            self.table.headers.len()
        }
    }

    /// Adds a row; missing cells at its end count as blank.
    pub(crate) fn row(&mut self, cells: &[impl AsRef<str>]) -> Result<(), ReadError> {
        let cells = &cells[..cells.len().min(self.width())];
        let Some(last) = cells
            .iter()
            .rposition(|cell| !cell.as_ref().trim().is_empty())
        else {
            return Ok(());
        };
        if self.table.headers.is_empty() {
            if last >= MAX_COLUMNS {
                return Err(ReadError::TooLarge("256 columns"));
            }
            self.table.headers = cells[..=last]
                .iter()
                .map(|cell| cell.as_ref().to_owned())
                .collect();
            return Ok(());
        }
        if self.table.len() == MAX_ROWS {
            return Err(ReadError::TooLarge("1,048,576 rows"));
        }
        let mut fingerprint = DefaultHasher::new();
        for column in 0..self.table.headers.len() {
            let cell = cells.get(column).map_or("", AsRef::as_ref);
            cell.hash(&mut fingerprint);
            self.table.text.push_str(cell);
            self.table.ends.push(self.table.text.len() as u32);
        }
        if self.table.text.len() > MAX_TEXT {
            return Err(ReadError::TooLarge("256 MiB of text"));
        }
        if !self.fingerprints.insert(fingerprint.finish()) {
            self.table.duplicates += 1;
        }
        Ok(())
    }

    pub(crate) fn finish(self) -> Table {
        self.table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_rows_and_extra_cells_are_left_out() {
        let mut builder = TableBuilder::default();
        for row in [
            &["", " "][..],
            &[" Email ", "Name", ""],
            &["a@b.example"],
            &["", "", "note"],
            &["x", "y", "z"],
        ] {
            builder.row(row).unwrap();
        }
        let table = builder.finish();
        assert_eq!(table.headers(), [" Email ", "Name"]);
        assert_eq!(table.len(), 2);
        assert_eq!(
            [
                table.cell(0, 0),
                table.cell(0, 1),
                table.cell(1, 0),
                table.cell(1, 1)
            ],
            ["a@b.example", "", "x", "y"]
        );
        assert_eq!(
            [
                table.column("Email"),
                table.column("Name"),
                table.column("name")
            ],
            [Some(0), Some(1), None]
        );
    }

    #[test]
    fn too_wide_header_row_is_refused() {
        let header = vec!["h"; MAX_COLUMNS];
        assert!(TableBuilder::default().row(&header).is_ok());
        assert!(
            TableBuilder::default()
                .row(&[header, vec!["h"]].concat())
                .is_err()
        );
    }

    #[test]
    fn duplicate_rows_are_counted() {
        let mut builder = TableBuilder::default();
        for row in [["h", "i"], ["a", "b"], ["ab", ""], ["a", "b"], ["a", "b"]] {
            builder.row(&row).unwrap();
        }
        assert_eq!(builder.finish().duplicates(), 2);
    }
}
