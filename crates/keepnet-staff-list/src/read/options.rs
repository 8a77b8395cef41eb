//! Settings for opening a staff list.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::detect::{Choice, detect_in_text, detect_in_workbook};
use super::format::{self, Container, Format, recognise_container};
use super::scan::Scan;
use super::sheet::{Sheet, Source};
use super::snapshot;
use super::text_file::TextFile;
use super::workbook::{Layout, Workbook};
use crate::encoding::Encoding;
use crate::error::SheetError;
use crate::limits::Limits;
use crate::warning::{Warning, WarningKind};

/// Settings for opening a [`Sheet`].
#[derive(Clone, Debug, Default)]
pub struct SheetOptions {
    worksheet: Option<String>,
    header_row: Option<u32>,
    encoding: Option<Encoding>,
    limits: Limits,
}

impl Sheet {
    /// Opens a staff list with the default [`Limits`], on the worksheet that holds the people.
    ///
    /// The content decides on the format, not the name. If several visible worksheets of a workbook
    /// hold people, the error lists them. The headers are the row that names the most fields, among
    /// the first rows.
    ///
    /// # Errors
    ///
    /// The variants of [`SheetError`] that concern the file itself.
    pub fn open(path: impl AsRef<Path>) -> Result<Sheet, SheetError> {
        SheetOptions::default().open(path)
    }

    /// Opens a staff list that is in memory, such as one that came over HTTP, as
    /// [`open`](Sheet::open). `file_name` is the name in messages and in the service.
    ///
    /// # Errors
    ///
    /// As [`open`](Sheet::open).
    pub fn from_bytes(
        file_name: impl Into<String>,
        bytes: impl AsRef<[u8]>,
    ) -> Result<Sheet, SheetError> {
        SheetOptions::default().open_bytes(file_name, bytes)
    }

    /// Settings for opening: the worksheet, the row of the headers, the encoding and the limits.
    pub fn options() -> SheetOptions {
        SheetOptions::default()
    }
}

impl SheetOptions {
    /// Reads this worksheet instead of detecting one; ignored for text files.
    #[must_use]
    pub fn worksheet(mut self, name: impl Into<String>) -> SheetOptions {
        self.worksheet = Some(name.into());
        self
    }

    /// Takes this row, as a spreadsheet numbers it from 1, for the headers instead of detecting it.
    #[must_use]
    pub fn header_row(mut self, row: u32) -> SheetOptions {
        self.header_row = Some(row);
        self
    }

    /// Reads a text file in this encoding. It is needed for a file that is neither UTF-8 nor UTF-16
    /// and has more than ASCII in it; ignored for workbooks.
    #[must_use]
    pub fn encoding(mut self, encoding: Encoding) -> SheetOptions {
        self.encoding = Some(encoding);
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
        let file = format::open(path, &name, &self.limits)?;
        self.read(file, name, Some(path.to_owned()))
    }

    /// Opens a staff list that is in memory.
    ///
    /// # Errors
    ///
    /// As [`Sheet::from_bytes`].
    pub fn open_bytes(
        self,
        file_name: impl Into<String>,
        bytes: impl AsRef<[u8]>,
    ) -> Result<Sheet, SheetError> {
        self.read(bytes.as_ref(), file_name.into(), None)
    }

    fn read(
        self,
        source: impl Read,
        name: String,
        path: Option<PathBuf>,
    ) -> Result<Sheet, SheetError> {
        let limits = &self.limits;
        let mut snapshot = snapshot::copy(source, &name, limits)?;
        let container = recognise_container(&mut snapshot.file, &name)?;
        let file = snapshot
            .file
            .try_clone()
            .map_err(|source| SheetError::unreadable(&name, source))?;
        let mut source = match container {
            Container::Text => Source::Text(TextFile::open(file, &name, limits, self.encoding)?),
            Container::Zip => Source::Workbook(Workbook::open_zip(file, &name, limits)?),
            Container::Ole => Source::Workbook(Workbook::open_ole(file, &name, limits)?),
        };
        let scan = Scan {
            file: &name,
            // One column more than allowed, so that a header in it is noticed.
            width: usize::try_from(limits.columns)
                .unwrap_or(usize::MAX)
                .saturating_add(1),
            headers: None,
            limits,
        };
        let choice = Choice {
            worksheet: self.worksheet.as_deref(),
            header_row: self.header_row,
        };
        let shared_name: Arc<str> = name.as_str().into();
        let mut warnings = Vec::new();
        let mut warn = |kind| warnings.push(Warning::new(&shared_name, kind));
        let (detected, format, text, layout) = match &mut source {
            Source::Text(text) => {
                let detected = detect_in_text(text, &choice, &scan)?;
                if !text.is_plausible {
                    warn(WarningKind::UnlikelyEncoding);
                }
                let text = Some((text.encoding, text.delimiter));
                (detected, Format::Csv, text, Layout::default())
            }
            Source::Workbook(book) => {
                let detected = detect_in_workbook(book, &choice, &scan)?;
                let mut layout = Layout::default();
                if let Some(worksheet) = &detected.worksheet {
                    layout = book.layout(&snapshot.file, worksheet, &scan)?;
                    if !worksheet.visible {
                        warn(WarningKind::HiddenWorksheet);
                    }
                }
                (detected, book.format, None, layout)
            }
        };
        let other = |name: &String| {
            Warning::new(&shared_name, WarningKind::OtherWorksheet).with_detail(name)
        };
        warnings.extend(detected.other_worksheets.iter().map(other));
        Ok(Sheet {
            path,
            file_name: shared_name,
            format,
            text,
            detected,
            layout,
            warnings,
            limits: self.limits,
            snapshot,
            source: Mutex::new(source),
        })
    }
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}
