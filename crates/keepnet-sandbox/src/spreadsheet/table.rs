//! Rows of text in one piece of memory, so that a million of them fit.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::ReadError;

/// The widest header row that is read.
const MOST_COLUMNS: usize = 256;
/// The largest amount of cell text that is kept, in bytes.
const MOST_TEXT: usize = 256 << 20;
/// As many rows as a worksheet has.
const MOST_ROWS: usize = 1 << 20;

/// A header row and the rows below that hold anything.
#[derive(Debug, Default)]
pub(crate) struct Table {
    headers: Vec<String>,
    text: String,
    /// Where each cell ends in `text`, row by row.
    ends: Vec<u32>,
    duplicates: usize,
}

impl Table {
    /// As they stand in the file, surrounding space included.
    pub(crate) fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The number of rows below the header row.
    pub(crate) fn len(&self) -> usize {
        if self.headers.is_empty() {
            0
        } else {
            self.ends.len() / self.headers.len()
        }
    }

    pub(crate) fn cell(&self, row: usize, column: usize) -> &str {
        let position = row * self.headers.len() + column;
        let start = if position == 0 {
            0
        } else {
            self.ends[position - 1] as usize
        };
        &self.text[start..self.ends[position] as usize]
    }

    /// How many rows repeat an earlier one in every cell.
    pub(crate) fn duplicates(&self) -> usize {
        self.duplicates
    }

    /// The column with this header, exactly as in the file or without the surrounding space.
    pub(crate) fn column(&self, header: &str) -> Option<usize> {
        let exact = self.headers.iter().position(|known| known == header);
        exact.or_else(|| self.headers.iter().position(|known| known.trim() == header))
    }
}

/// Takes rows from top to bottom. The first row that holds anything is the header row; what lies
/// right of it is left out, and so are rows that are blank below it.
#[derive(Debug, Default)]
pub(crate) struct TableBuilder {
    table: Table,
    fingerprints: HashSet<u64>,
}

impl TableBuilder {
    /// How many cells of a row count: cells from there on need not be handed over. One more than a
    /// header row may have, so that a wider one shows.
    pub(crate) fn width(&self) -> usize {
        if self.table.headers.is_empty() {
            MOST_COLUMNS + 1
        } else {
            self.table.headers.len()
        }
    }

    /// Adds a row; missing cells at its end are blank.
    pub(crate) fn row(&mut self, cells: &[impl AsRef<str>]) -> Result<(), ReadError> {
        let cells = &cells[..cells.len().min(self.width())];
        let Some(last) = cells
            .iter()
            .rposition(|cell| !cell.as_ref().trim().is_empty())
        else {
            return Ok(());
        };
        if self.table.headers.is_empty() {
            if last >= MOST_COLUMNS {
                return Err(ReadError::TooLarge("256 columns"));
            }
            self.table.headers = cells[..=last]
                .iter()
                .map(|cell| cell.as_ref().to_owned())
                .collect();
            return Ok(());
        }
        if self.table.len() == MOST_ROWS {
            return Err(ReadError::TooLarge("1,048,576 rows"));
        }
        let mut fingerprint = DefaultHasher::new();
        for column in 0..self.table.headers.len() {
            let cell = cells.get(column).map_or("", AsRef::as_ref);
            cell.hash(&mut fingerprint);
            self.table.text.push_str(cell);
            self.table.ends.push(self.table.text.len() as u32);
        }
        if self.table.text.len() > MOST_TEXT {
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
    fn blank_rows_and_what_lies_right_of_the_headers_are_left_out() {
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
    fn a_header_row_that_is_too_wide_is_refused() {
        let header = vec!["h"; MOST_COLUMNS];
        assert!(TableBuilder::default().row(&header).is_ok());
        assert!(
            TableBuilder::default()
                .row(&[header, vec!["h"]].concat())
                .is_err()
        );
    }

    #[test]
    fn rows_that_repeat_an_earlier_one_are_counted() {
        let mut builder = TableBuilder::default();
        for row in [["h", "i"], ["a", "b"], ["ab", ""], ["a", "b"], ["a", "b"]] {
            builder.row(&row).unwrap();
        }
        assert_eq!(builder.finish().duplicates(), 2);
    }
}
