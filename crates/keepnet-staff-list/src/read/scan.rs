//! The settings of one pass over the rows of a file.

use super::row::Row;
use crate::error::SheetError;
use crate::limits::{Limit, Limits};

/// The settings of one pass over the rows of a file.
pub(super) struct Scan<'a> {
    pub(super) file: &'a str,
    /// How many columns are read.
    pub(super) width: usize,
    /// How many headers there are, once they are known.
    pub(super) headers: Option<usize>,
    pub(super) limits: &'a Limits,
}

impl Scan<'_> {
    /// Refuses a cell that is longer than the limits allow.
    pub(super) fn ensure_cell_fits(&self, row: &Row, column: usize) -> Result<(), SheetError> {
        let allowed = self.limits.cell_chars;
        let text = row.raw(column);
        // Counting characters is slow, and a text never has more of them than bytes.
        if text.len() as u64 > allowed && text.chars().count() as u64 > allowed {
            return Err(self.too_large(Limit::CellChars, Some(row.number())));
        }
        Ok(())
    }

    pub(super) fn too_large(&self, limit: Limit, row: Option<u32>) -> SheetError {
        SheetError::too_large(self.file, self.limits, limit, row)
    }

    pub(super) fn damaged(&self, problem: &'static str) -> SheetError {
        SheetError::damaged(self.file, problem)
    }
}
