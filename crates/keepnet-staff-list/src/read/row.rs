//! One row of a staff list.

use std::fmt;

/// A row as read, with the text of its cells.
///
/// It has as many cells as the sheet has headers; a cell that is not in the
/// file is empty. Its `Debug` shows no content.
#[derive(Clone, Default)]
pub struct Row {
    number: u32,
    text: String,
    cells: Vec<Cell>,
}

/// What is special about a cell.
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
    /// A number with the zeros and signs that its format adds, such as `0530`;
    /// the file itself holds the number alone.
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

    /// The text of a cell without spaces and invisible characters around it;
    /// empty outside of the sheet.
    pub fn text(&self, column: usize) -> &str {
        trimmed(self.raw(column))
    }

    /// What is special about a cell.
    pub fn kind(&self, column: usize) -> CellKind {
        self.cells
            .get(column)
            .map(|cell| cell.kind)
            .unwrap_or_default()
    }

    /// The text of a cell as it stands in the file.
    pub(crate) fn raw(&self, column: usize) -> &str {
        match self.cells.get(column) {
            Some(cell) => &self.text[cell.start..cell.end],
            None => "",
        }
    }

    pub(super) fn width(&self) -> usize {
        self.cells.len()
    }

    /// Nothing but empty cells. A formula counts as content.
    pub(super) fn is_blank(&self) -> bool {
        trimmed(&self.text).is_empty() && self.cells.iter().all(|cell| cell.kind == CellKind::Value)
    }

    pub(super) fn restart(&mut self, number: u32, width: usize) {
        self.number = number;
        self.text.clear();
        self.cells.clear();
        self.cells.resize(width, Cell::default());
    }

    /// Sets a cell to what `write` appends; a column outside of the row is left out.
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

/// `text` without spaces and invisible characters around it.
pub fn trimmed(text: &str) -> &str {
    text.trim_matches(|letter: char| letter.is_whitespace() || is_invisible(letter))
}

/// Characters without a shape that come along when text is copied from a web
/// page or a mail: zero-width spaces and joiners, marks of direction, soft
/// hyphens, byte order marks.
pub(crate) fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{AD}'
            | '\u{180E}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{2069}'
            | '\u{FEFF}'
    )
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row")
            .field("number", &self.number)
            .field("cells", &self.cells.len())
            .finish_non_exhaustive()
    }
}
