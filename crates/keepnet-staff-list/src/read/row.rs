//! One row of a staff list.

use std::fmt;

use crate::text::trim_invisible;

/// A row of the file with the text of its cells.
///
/// A cell that is not in the file is empty. Its `Debug` shows no content.
#[derive(Clone, Default)]
pub struct Row {
    number: u32,
    text: String,
    cells: Vec<Cell>,
    has_more: bool,
}

/// The kind of a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum CellKind {
    /// A text, or nothing.
    #[default]
    Text,
    /// A number.
    Number,
    /// A day, with or without a time, or a duration.
    Date,
    /// `True` or `False`.
    Boolean,
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

    /// The number of cells up to the last one with content.
    pub(super) fn width(&self) -> usize {
        self.cells.len()
    }

    /// Whether all cells are empty. A formula counts as content.
    pub(super) fn is_blank(&self) -> bool {
        trim_invisible(&self.text).is_empty()
            && self.cells.iter().all(|cell| cell.kind == CellKind::Text)
    }

    pub(super) fn restart(&mut self, number: u32) {
        self.number = number;
        self.text.clear();
        self.cells.clear();
        self.has_more = false;
    }

    /// Notes that a cell right of the last header has content.
    pub(super) fn add_more(&mut self) {
        self.has_more = true;
    }

    /// Whether a cell right of the last header has content.
    pub(crate) fn has_more(&self) -> bool {
        self.has_more
    }

    /// Sets a cell to the text that `write` appends.
    pub(super) fn set(&mut self, column: usize, kind: CellKind, write: impl FnOnce(&mut String)) {
        let start = self.text.len();
        write(&mut self.text);
        // An empty cell needs no place: a row of a wide file is as long as its content.
        if self.text.len() == start && kind == CellKind::Text {
            return;
        }
        let cell = Cell {
            start,
            end: self.text.len(),
            kind,
        };
        // Most cells follow the one before, and adding one is faster than resizing.
        if column > self.cells.len() {
            self.cells.resize(column, Cell::default());
        }
        match self.cells.get_mut(column) {
            Some(place) => *place = cell,
            None => self.cells.push(cell),
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
