//! The format of a file, recognised by its content and not by its name.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{SheetError, ensure_within};
use crate::limits::{Limit, Limits};

/// The format of a staff list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Format {
    /// A workbook of Excel 2007 or later.
    Xlsx,
    /// A workbook of Excel 97 to 2003.
    Xls,
    /// An OpenDocument spreadsheet.
    Ods,
    /// Text with delimiters.
    Csv,
}

impl Format {
    /// The extension, without a dot, under which files of this format are stored.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Xlsx => "xlsx",
            Format::Xls => "xls",
            Format::Ods => "ods",
            Format::Csv => "csv",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.extension())
    }
}

/// The container of a file, recognised by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Container {
    Zip,
    Ole,
    Text,
}

/// Opens `path` for reading.
pub(super) fn open(path: &Path, name: &str, limits: &Limits) -> Result<File, SheetError> {
    let refused = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => SheetError::Missing {
            file: path.display().to_string(),
        },
        _ => SheetError::unreadable(name, source),
    };
    let metadata = path.metadata().map_err(refused)?;
    if metadata.is_dir() {
        return Err(SheetError::Directory {
            file: path.display().to_string(),
        });
    }
    ensure_within(name, limits, Limit::FileBytes, metadata.len())?;
    File::open(path).map_err(refused)
}

/// Recognises the container of a file, and positions the file at its start.
pub(super) fn recognise_container(file: &mut File, name: &str) -> Result<Container, SheetError> {
    let failed = |source| SheetError::unreadable(name, source);
    let mut start = Vec::with_capacity(SNIFFED);
    file.rewind().map_err(failed)?;
    file.by_ref()
        .take(SNIFFED as u64)
        .read_to_end(&mut start)
        .map_err(failed)?;
    file.rewind().map_err(failed)?;
    recognise(&start).map_err(|found| SheetError::not_a_spreadsheet(name, found))
}

/// How many bytes of a file are needed to recognise it.
const SNIFFED: usize = 1024;

fn recognise(start: &[u8]) -> Result<Container, &'static str> {
    if start.starts_with(b"PK\x03\x04") {
        return Ok(Container::Zip);
    }
    if start.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Ok(Container::Ole);
    }
    if let Some((_, found)) = MAGIC.iter().find(|(magic, _)| start.starts_with(magic)) {
        return Err(found);
    }
    let text = start
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(start)
        .trim_ascii_start();
    let is_opening = |opening: &[u8]| {
        let begin = text.get(..opening.len());
        begin.is_some_and(|begin| begin.eq_ignore_ascii_case(opening))
    };
    match OPENINGS.iter().find(|(opening, _)| is_opening(opening)) {
        Some((_, found)) => Err(found),
        None => Ok(Container::Text),
    }
}

const MAGIC: [(&[u8], &str); 11] = [
    (b"%PDF-", "a PDF document"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\x1F\x8B", "a gzip archive"),
    (b"7z\xBC\xAF\x27\x1C", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x89PNG", "a picture"),
    (b"\xFF\xD8\xFF", "a picture"),
    (b"GIF8", "a picture"),
    (b"MZ\x90", "a program"),
    (b"\x7FELF", "a program"),
    (b"SQLite format 3", "a database"),
];

const OPENINGS: [(&[u8], &str); 8] = [
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<table", "a web page"),
    (b"<?xml", "an XML document"),
    (b"{\\rtf", "a text document"),
    (b"{\"", "a JSON document"),
    (b"[{", "a JSON document"),
    (b"%PDF-", "a PDF document"),
];
