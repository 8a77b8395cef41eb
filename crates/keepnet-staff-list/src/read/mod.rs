//! Reading a staff list from a workbook or a text file.

mod archive;
mod cells;
mod choice;
mod encoding;
mod error;
mod format;
mod header;
mod limits;
mod number_format;
mod ole;
mod open_document;
mod row;
mod text;
mod workbook;

use std::fmt;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

pub use encoding::Encoding;
pub use error::SheetError;
pub use format::Format;
pub use header::Header;
pub(crate) use header::one_line;
pub use limits::{Limit, Limits};
pub(crate) use row::is_invisible;
pub use row::trimmed;
pub use row::{CellKind, Row};
pub use text::Delimiter;

use crate::columns::{self, Mapping};
use crate::validate::{self, AllowedValues, Validation};
use format::Container;
use text::TextFile;
use workbook::{Pass, Workbook, Worksheet};

/// A staff list that has headers and at least one row below them.
///
/// The file stays open while the sheet lives; each pass reads it anew, so that
/// memory does not grow with the rows (but for the old and the OpenDocument
/// format, which are held in memory). A sheet can be read by one thread at a time.
pub struct Sheet {
    path: PathBuf,
    file_name: Arc<str>,
    format: Format,
    worksheet: Option<Worksheet>,
    encoding: Option<Encoding>,
    delimiter: Option<Delimiter>,
    headers: Vec<Header>,
    header_row: u32,
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
    /// What the file is decides its content, not its name. In a workbook, the
    /// worksheet is chosen whose headers name the most fields; where a second
    /// one has more than half as many, the choice is an error that lists them.
    ///
    /// # Errors
    ///
    /// All of [`SheetError`] that concern the file as such.
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

    /// What the content is.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The worksheet that is read, in a workbook.
    pub fn worksheet(&self) -> Option<&str> {
        self.worksheet
            .as_ref()
            .map(|worksheet| worksheet.name.as_str())
    }

    /// The encoding, in a text file.
    pub fn encoding(&self) -> Option<Encoding> {
        self.encoding
    }

    /// The character between two cells, in a text file.
    pub fn delimiter(&self) -> Option<Delimiter> {
        self.delimiter
    }

    /// The columns up to the last one with a header.
    pub fn headers(&self) -> &[Header] {
        &self.headers
    }

    /// The row of the headers, as a spreadsheet numbers it.
    pub fn header_row(&self) -> u32 {
        self.header_row
    }

    /// The limits that hold for this sheet.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Shows every row below the headers to `visit`, until it breaks off.
    ///
    /// Blank rows are left out, and cells outside of the headers' columns are
    /// ignored. The row is valid during the visit only.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or exceeds a limit.
    pub fn for_each_row(
        &self,
        mut visit: impl FnMut(&Row) -> ControlFlow<()>,
    ) -> Result<(), SheetError> {
        let mut rows = 0;
        let mut exceeded = None;
        self.scan(&mut |row| {
            if row.number() <= self.header_row {
                return ControlFlow::Continue(());
            }
            rows += 1;
            if rows > self.limits.rows {
                exceeded = Some(row.number());
                return ControlFlow::Break(());
            }
            visit(row)
        })?;
        match exceeded {
            None => Ok(()),
            row => Err(SheetError::TooLarge {
                file: self.file_name.to_string(),
                limit: Limit::Rows,
                allowed: self.limits.rows,
                row,
            }),
        }
    }

    /// Checks every row against the rules of the fields, in one pass; nothing is sent.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, exceeds a limit, or is not the one the mapping was made for.
    pub fn validate(&self, mapping: &Mapping) -> Result<Validation, SheetError> {
        validate::check(self, mapping, &AllowedValues::new())
    }

    /// As [`validate`](Sheet::validate), and against what a company allows.
    ///
    /// # Errors
    ///
    /// As [`validate`](Sheet::validate), and if the mapping fills a custom field that the company has
    /// not, or leaves out one that it requires.
    pub fn validate_against(
        &self,
        mapping: &Mapping,
        vocabulary: &AllowedValues,
    ) -> Result<Validation, SheetError> {
        validate::check(self, mapping, vocabulary)
    }

    pub(crate) fn shared_file_name(&self) -> Arc<str> {
        Arc::clone(&self.file_name)
    }

    pub(crate) fn header_list(&self) -> String {
        columns::list(&self.headers)
    }

    /// Whether the service reads the file as it stands: headers in the first
    /// row of the first worksheet, under a name that tells its format.
    pub(crate) fn is_as_the_service_reads(&self) -> bool {
        let extension = self
            .path
            .extension()
            .and_then(|extension| extension.to_str());
        let named = extension.is_some_and(|it| it.eq_ignore_ascii_case(self.format.extension()));
        let source = self.source.lock().unwrap_or_else(PoisonError::into_inner);
        let plain = match &*source {
            Source::Text(text) => text.is_plain(),
            Source::Workbook(_) => {
                let first = self
                    .worksheet
                    .as_ref()
                    .is_some_and(|sheet| sheet.index == 0);
                first && self.format != Format::Ods
            }
        };
        named && plain && self.header_row == 1
    }

    fn scan(&self, visit: &mut dyn FnMut(&Row) -> ControlFlow<()>) -> Result<(), SheetError> {
        let pass = Pass {
            file: &self.file_name,
            width: self.headers.len(),
            limits: &self.limits,
        };
        // A pass that panicked leaves nothing behind: the next one starts over.
        let mut source = self.source.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *source {
            Source::Text(text) => text.scan(&pass, visit),
            Source::Workbook(book) => book.scan(self.worksheet().unwrap_or_default(), &pass, visit),
        }
    }
}

impl fmt::Debug for Sheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sheet")
            .field("file_name", &self.file_name)
            .field("format", &self.format)
            .field("worksheet", &self.worksheet())
            .field("encoding", &self.encoding)
            .field("delimiter", &self.delimiter)
            .field("headers", &self.headers)
            .field("header_row", &self.header_row)
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
    /// Reads this worksheet instead of choosing one; ignored for text files.
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
        let (mut source, format, worksheets) = match container {
            Container::Text => {
                let text = TextFile::open(file, &name)?;
                (Source::Text(text), Format::Csv, Vec::new())
            }
            Container::Zip => {
                let (book, format, worksheets) = Workbook::open_zip(file, &name, &limits)?;
                (Source::Workbook(book), format, worksheets)
            }
            Container::Ole => {
                let (book, format, worksheets) = Workbook::open_ole(file, &name, &limits)?;
                (Source::Workbook(book), format, worksheets)
            }
        };
        let pass = Pass {
            file: &name,
            // One column more than allowed, so that a header in it is seen.
            width: usize::try_from(limits.columns)
                .unwrap_or(usize::MAX)
                .saturating_add(1)
                .min(16_384),
            limits: &limits,
        };
        let chosen = match &mut source {
            Source::Text(text) => choice::text(text, &pass)?,
            Source::Workbook(book) => {
                let chosen = choice::worksheet(book, worksheets, self.worksheet.as_deref(), &pass)?;
                if let Some(worksheet) = &chosen.worksheet {
                    book.keep(&worksheet.name, &pass)?;
                }
                chosen
            }
        };
        let (encoding, delimiter) = match &source {
            Source::Text(text) => (Some(text.encoding), Some(text.delimiter)),
            Source::Workbook(_) => (None, None),
        };
        Ok(Sheet {
            path: path.to_owned(),
            file_name: name.into(),
            format,
            worksheet: chosen.worksheet,
            encoding,
            delimiter,
            headers: chosen.headers,
            header_row: chosen.header_row,
            limits,
            source: Mutex::new(source),
        })
    }
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}
