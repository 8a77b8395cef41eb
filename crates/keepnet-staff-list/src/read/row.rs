//! One row of a staff list.

use std::fmt;

use crate::text::trim_invisible;

/// A row of the file with the text of its cells.
///
/// It has as many cells as the sheet has headers; a cell that is not in the file is empty. Its
/// `Debug` shows no content.
#[derive(Clone, Default)]
pub struct Row {
    number: u32,
    text: String,
    cells: Vec<Cell>,
}

/// The kind of a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum CellKind {
    /// A text, a number, a date or nothing.
    #[default]
    Value,
    /// A formula whose result was not saved with the workbook.
    UncomputedFormula,
    /// An error such as `#N/A`.
    Error,
    /// A number with the zeros and signs that its format adds, such as `0530`; the file itself
    /// holds only the number.
    FormattedNumber,
}

#[derive(Clone, Copy, Default)]
struct Cell {
    start: usize,
    end: usize,
    kind: CellKind,
}

impl Row {
    /// The number that a spreadsheet shows beside the row, from 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The text of a cell without spaces and invisible characters at its ends; empty for a column
    /// outside of the sheet.
    pub fn text(&self, column: usize) -> &str {
        trim_invisible(self.raw(column))
    }

    /// The kind of a cell.
    pub fn kind(&self, column: usize) -> CellKind {
        self.cells
            .get(column)
            .map(|cell| cell.kind)
            .unwrap_or_default()
    }

    /// The text of a cell exactly as in the file.
    pub(crate) fn raw(&self, column: usize) -> &str {
        match self.cells.get(column) {
            Some(cell) => &self.text[cell.start..cell.end],
            None => "",
        }
    }

    pub(super) fn width(&self) -> usize {
        self.cells.len()
    }

    /// Whether all cells are empty. A formula counts as content.
    pub(super) fn is_blank(&self) -> bool {
        trim_invisible(&self.text).is_empty()
            && self.cells.iter().all(|cell| cell.kind == CellKind::Value)
    }

    pub(super) fn restart(&mut self, number: u32, width: usize) {
        self.number = number;
        self.text.clear();
        self.cells.clear();
        self.cells.resize(width, Cell::default());
    }

    /// Sets a cell to the text that `write` appends; a column outside of the row is ignored.
    pub(super) fn set(&mut self, column: usize, kind: CellKind, write: impl FnOnce(&mut String)) {
        if let Some(cell) = self.cells.get_mut(column) {
            let start = self.text.len();
            write(&mut self.text);
            *cell = Cell {
                start,
                end: self.text.len(),
                kind,
            };
        }
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row")
            .field("number", &self.number)
            .field("cells", &self.cells.len())
            .finish_non_exhaustive()
    }
}
