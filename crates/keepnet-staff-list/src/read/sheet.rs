//! An open staff list.

use std::fmt;
use std::io::{self, Seek as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::detect::Detected;
use super::format::Format;
use super::row::Row;
use super::scan::Scan;
use super::snapshot::Snapshot;
use super::text_file::{Delimiter, TextFile};
use super::workbook::{Layout, Workbook};
use crate::encoding::Encoding;
use crate::error::SheetError;
use crate::headers::Header;
use crate::limits::{Limit, Limits};
use crate::warning::Warning;

/// A staff list that has headers and at least one row below them.
///
/// The file is copied to the temporary folder when it is opened, and each scan reads that copy, so
/// that memory does not grow with the rows and every scan sees the same bytes, whatever happens to
/// the file. The copy has no name and is gone when the sheet is dropped or the program ends.
/// Workbooks in the old and the OpenDocument format are held in memory. One thread at a time can
/// read a sheet; others wait.
pub struct Sheet {
    pub(super) path: Option<PathBuf>,
    pub(super) file_name: Arc<str>,
    pub(super) format: Format,
    pub(super) text: Option<(Encoding, Delimiter)>,
    pub(super) detected: Detected,
    pub(super) layout: Layout,
    pub(super) warnings: Vec<Warning>,
    pub(super) limits: Limits,
    pub(super) snapshot: Snapshot,
    pub(super) source: Mutex<Source>,
}

pub(super) enum Source {
    Workbook(Workbook),
    Text(TextFile),
}

impl Sheet {
    /// The path that was opened; none for a list from memory.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The SHA-256 of the bytes that are read, in hexadecimal digits.
    pub fn sha256(&self) -> &str {
        &self.snapshot.sha256
    }

    /// The file's name without folders.
    pub fn file_name(&self) -> &str {
        &self.file_name
    }

    /// The format of the content.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The worksheet that is read, in a workbook.
    pub fn worksheet(&self) -> Option<&str> {
        Some(&self.detected.worksheet.as_ref()?.name)
    }

    /// The encoding, in a text file.
    pub fn encoding(&self) -> Option<Encoding> {
        Some(self.text?.0)
    }

    /// The character between two cells, in a text file.
    pub fn delimiter(&self) -> Option<Delimiter> {
        Some(self.text?.1)
    }

    /// The columns up to the last one with a header.
    pub fn headers(&self) -> &[Header] {
        &self.detected.headers
    }

    /// The number of the row of headers in a spreadsheet, from 1.
    pub fn header_row(&self) -> u32 {
        self.detected.header_row
    }

    /// The limits that apply to this sheet.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Shows every row below the headers to `visit`, until it returns [`ControlFlow::Break`].
    ///
    /// Blank rows are skipped, and cells outside of the columns with headers are ignored.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or exceeds a limit.
    pub fn for_each_row(
        &self,
        mut visit: impl FnMut(&Row) -> ControlFlow<()>,
    ) -> Result<(), SheetError> {
        let mut rows = 0;
        let mut exceeded = Ok(());
        self.scan(&mut |row| {
            if row.number() <= self.header_row() {
                return ControlFlow::Continue(());
            }
            rows += 1;
            if rows > self.limits.rows {
                let (file, limits) = (&self.file_name, &self.limits);
                let row = Some(row.number());
                exceeded = Err(SheetError::too_large(file, limits, Limit::Rows, row));
                return ControlFlow::Break(());
            }
            visit(row)
        })?;
        exceeded
    }

    /// The warnings about the file as a whole.
    pub(crate) fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// The hidden rows and the merged cells.
    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Writes the bytes of the file.
    pub(crate) fn copy_to(&self, writer: &mut impl io::Write) -> io::Result<()> {
        let _reading = self.source();
        let mut snapshot = &self.snapshot.file;
        snapshot.rewind()?;
        io::copy(&mut snapshot, writer)?;
        Ok(())
    }

    pub(crate) fn shared_file_name(&self) -> Arc<str> {
        Arc::clone(&self.file_name)
    }

    /// Whether the service can read the file unchanged: its headers are in the first row of the first
    /// worksheet, and its name has the extension of its format.
    pub(crate) fn is_readable_by_service(&self) -> bool {
        let extension = Path::new(self.file_name()).extension().unwrap_or_default();
        let is_plain = match &*self.source() {
            Source::Text(text) => text.is_plain(),
            Source::Workbook(_) => {
                let worksheet = self.detected.worksheet.as_ref();
                self.format != Format::Ods && worksheet.is_some_and(|it| it.index == 0)
            }
        };
        is_plain
            && extension.eq_ignore_ascii_case(self.format.extension())
            && self.header_row() == 1
    }

    fn scan(&self, visit: &mut dyn FnMut(&Row) -> ControlFlow<()>) -> Result<(), SheetError> {
        let scan = Scan {
            file: &self.file_name,
            width: self.headers().len(),
            headers: Some(self.headers().len()),
            limits: &self.limits,
        };
        match &mut *self.source() {
            Source::Text(text) => text.scan(&scan, visit),
            Source::Workbook(book) => book.scan(self.worksheet().unwrap_or_default(), &scan, visit),
        }
    }

    /// The source; each scan starts at its beginning, so that one that panicked does no harm.
    fn source(&self) -> MutexGuard<'_, Source> {
        self.source.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Sheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sheet")
            .field("file_name", &self.file_name)
            .field("format", &self.format)
            .field("worksheet", &self.worksheet())
            .field("text", &self.text)
            .field("headers", &self.headers())
            .field("header_row", &self.header_row())
            .finish_non_exhaustive()
    }
}
