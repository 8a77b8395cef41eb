//! An open staff list.

use std::fmt;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::detect::{Detected, detect_in_text, detect_in_workbook};
use super::format::{self, Container, Format};
use super::row::Row;
use super::scan::Scan;
use super::text_file::{Delimiter, Encoding, TextFile};
use super::workbook::Workbook;
use crate::error::SheetError;
use crate::headers::Header;
use crate::limits::{Limit, Limits};

/// A staff list that has headers and at least one row below them.
///
/// The file stays open until the sheet is dropped, and each scan reads it again, so that memory does
/// not grow with the rows. Workbooks in the old and the OpenDocument format are held in memory. One
/// thread at a time can read a sheet; others wait.
pub struct Sheet {
    path: PathBuf,
    file_name: Arc<str>,
    format: Format,
    text: Option<(Encoding, Delimiter)>,
    detected: Detected,
    limits: Limits,
    source: Mutex<Source>,
}

enum Source {
    Workbook(Workbook),
    Text(TextFile),
}

impl Sheet {
    /// Opens a staff list with the default [`Limits`], on the worksheet that holds the people.
    ///
    /// The content decides on the format, not the name. In a workbook, the worksheet is chosen
    /// whose headers name the most fields; if a second one names more than half as many, the error
    /// lists both.
    ///
    /// # Errors
    ///
    /// The variants of [`SheetError`] that concern the file itself.
    pub fn open(path: impl AsRef<Path>) -> Result<Sheet, SheetError> {
        Sheet::options().open(path)
    }

    /// Settings for opening: the worksheet and the limits.
    pub fn options() -> SheetOptions {
        SheetOptions::default()
    }

    /// The path that was opened.
    pub fn path(&self) -> &Path {
        &self.path
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

    pub(crate) fn shared_file_name(&self) -> Arc<str> {
        Arc::clone(&self.file_name)
    }

    /// Whether the service can read the file unchanged: its headers are in the first row of the first
    /// worksheet, and its name has the extension of its format.
    pub(crate) fn is_readable_by_service(&self) -> bool {
        let extension = self.path.extension().unwrap_or_default();
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

/// Settings for opening a [`Sheet`].
#[derive(Clone, Debug, Default)]
pub struct SheetOptions {
    worksheet: Option<String>,
    limits: Limits,
}

impl SheetOptions {
    /// Reads this worksheet instead of detecting one; ignored for text files.
    #[must_use]
    pub fn worksheet(mut self, name: impl Into<String>) -> SheetOptions {
        self.worksheet = Some(name.into());
        self
    }

    /// Replaces the default limits.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> SheetOptions {
        self.limits = limits;
        self
    }

    /// Opens the file.
    ///
    /// # Errors
    ///
    /// As [`Sheet::open`].
    pub fn open(self, path: impl AsRef<Path>) -> Result<Sheet, SheetError> {
        let path = path.as_ref();
        let name = file_name(path);
        let limits = self.limits;
        let (file, container) = format::open(path, &name, &limits)?;
        let mut source = match container {
            Container::Text => Source::Text(TextFile::open(file, &name)?),
            Container::Zip => Source::Workbook(Workbook::open_zip(file, &name, &limits)?),
            Container::Ole => Source::Workbook(Workbook::open_ole(file, &name, &limits)?),
        };
        let scan = Scan {
            file: &name,
            // One column more than allowed, so that a header in it is noticed.
            width: usize::try_from(limits.columns)
                .unwrap_or(usize::MAX)
                .saturating_add(1)
                .min(16_384),
            limits: &limits,
        };
        let (detected, format, text) = match &mut source {
            Source::Text(text) => {
                let detected = detect_in_text(text, &scan)?;
                (detected, Format::Csv, Some((text.encoding, text.delimiter)))
            }
            Source::Workbook(book) => {
                let detected = detect_in_workbook(book, self.worksheet.as_deref(), &scan)?;
                (detected, book.format, None)
            }
        };
        Ok(Sheet {
            path: path.to_owned(),
            file_name: name.into(),
            format,
            text,
            detected,
            limits,
            source: Mutex::new(source),
        })
    }
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}
