//! What a ticket says of its staff list.

use std::path::{Path, PathBuf};

use keepnet_staff_list::{Sheet, SheetOptions};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Error, ErrorKind, Result};

/// The staff list of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct TicketFile {
    /// The name without folders.
    pub name: String,
    /// Where it was; null for a list that was given in memory.
    pub path: Option<PathBuf>,
    /// The worksheet that was read, in a workbook.
    pub worksheet: Option<String>,
    /// The row of the headers, from 1.
    pub header_row: Option<u32>,
    /// The encoding of a text file.
    pub encoding: Option<String>,
    /// Its SHA-256, in hexadecimal digits; another content is another import.
    pub sha256: String,
}

impl TicketFile {
    /// What a ticket says of this list. A plan or an import begins with it, also one without a ticket, so
    /// that a list for which there can be no ticket is refused before anything is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`] if the path of the list is not UTF-8, which JSON text must be;
    /// [`ErrorKind::Io`] if the path is relative and the current folder cannot be found.
    pub fn of(sheet: &Sheet) -> Result<TicketFile> {
        Ok(TicketFile {
            name: sheet.file_name().to_owned(),
            path: sheet.path().map(absolute).transpose()?,
            worksheet: sheet.worksheet().map(str::to_owned),
            header_row: Some(sheet.header_row()),
            encoding: sheet.encoding().map(|it| it.name().to_owned()),
            sha256: sheet.sha256().to_owned(),
        })
    }

    /// The options with which the list was read: open it with them to resume its import.
    pub fn sheet_options(&self) -> SheetOptions {
        let mut options = Sheet::options();
        if let Some(worksheet) = &self.worksheet {
            options = options.worksheet(worksheet);
        }
        if let Some(row) = self.header_row {
            options = options.header_row(row);
        }
        if let Some(encoding) = self.encoding.as_deref().and_then(|name| name.parse().ok()) {
            options = options.encoding(encoding);
        }
        options
    }

    /// Whether the sheet is read as the list was read.
    pub(crate) fn is_read_by(&self, sheet: &Sheet) -> bool {
        self.worksheet.as_deref() == sheet.worksheet()
            && self.header_row.is_none_or(|row| row == sheet.header_row())
            && self.encoding.as_deref() == sheet.encoding().map(|it| it.name())
    }
}

/// The path from any folder.
fn absolute(path: &Path) -> Result<PathBuf> {
    let path = std::path::absolute(path).map_err(|error| {
        let problem = format!("the folder of {} cannot be found", path.display());
        Error::new(ErrorKind::Io, problem).with_source(error)
    })?;
    ensure_utf_8(&path)?;
    Ok(path)
}

/// Refuses a path that a ticket, a plan or a ledger could not hold.
pub(crate) fn ensure_utf_8(path: &Path) -> Result<()> {
    if path.to_str().is_some() {
        return Ok(());
    }
    let problem = format!("the path {path:?} is not UTF-8, and no ticket can hold it");
    Err(Error::new(ErrorKind::Invalid, problem)
        .with_hint("rename the file, or the folder whose name is not UTF-8; nothing was sent"))
}
