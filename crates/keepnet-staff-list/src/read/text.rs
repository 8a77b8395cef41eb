//! Reading text with delimiters.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::ControlFlow;

use super::encoding::{self, Decoded, Encoding};
use super::error::SheetError;
use super::format::unreadable;
use super::limits::Limit;
use super::row::{CellKind, Row};
use super::workbook::Pass;

/// The character between two cells of a text file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Delimiter {
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// A tab character.
    Tab,
    /// `|`
    Pipe,
}

impl Delimiter {
    const ALL: [Delimiter; 4] = [
        Delimiter::Comma,
        Delimiter::Semicolon,
        Delimiter::Tab,
        Delimiter::Pipe,
    ];

    /// The character itself.
    pub fn character(self) -> char {
        char::from(self.byte())
    }

    fn byte(self) -> u8 {
        match self {
            Delimiter::Comma => b',',
            Delimiter::Semicolon => b';',
            Delimiter::Tab => b'\t',
            Delimiter::Pipe => b'|',
        }
    }
}

impl fmt::Display for Delimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Delimiter::Comma => ",",
            Delimiter::Semicolon => ";",
            Delimiter::Tab => "tab",
            Delimiter::Pipe => "|",
        })
    }
}

/// An open text file.
pub(super) struct TextFile {
    file: File,
    pub(super) encoding: Encoding,
    pub(super) delimiter: Delimiter,
    /// Bytes of the byte order mark.
    mark: u64,
    /// Whether the first line only names the delimiter, as spreadsheet programs write and hide it.
    has_delimiter_line: bool,
}

impl TextFile {
    pub(super) fn open(mut file: File, name: &str) -> Result<TextFile, SheetError> {
        let failed = |source| unreadable(name, source);
        let Some((encoding, mark)) = encoding::detect(&mut file).map_err(failed)? else {
            return Err(SheetError::NotASpreadsheet {
                file: name.to_owned(),
                found: "binary data",
            });
        };
        let mut text = TextFile {
            file,
            encoding,
            delimiter: Delimiter::Comma,
            mark,
            has_delimiter_line: false,
        };
        let sample = text.sample().map_err(failed)?;
        if sample.trim().is_empty() {
            return Err(SheetError::Empty {
                file: name.to_owned(),
            });
        }
        match named_delimiter(&sample) {
            Some(delimiter) => {
                text.delimiter = delimiter;
                text.has_delimiter_line = true;
            }
            None => text.delimiter = likely_delimiter(&sample),
        }
        Ok(text)
    }

    /// Whether the file is what the service is known to read: UTF-8 without
    /// mark, commas, and nothing above the headers.
    pub(super) fn is_plain(&self) -> bool {
        self.encoding == Encoding::Utf8
            && self.mark == 0
            && self.delimiter == Delimiter::Comma
            && !self.has_delimiter_line
    }

    /// Shows every row that is not blank to `visit`, cut to the width of the pass.
    pub(super) fn scan(
        &mut self,
        pass: &Pass<'_>,
        visit: &mut dyn FnMut(&Row) -> ControlFlow<()>,
    ) -> Result<(), SheetError> {
        let failed = |source| unreadable(pass.file, source);
        self.file.seek(SeekFrom::Start(self.mark)).map_err(failed)?;
        let decoded = Decoded::new(&mut self.file, self.encoding, LARGEST_RECORD);
        let claim = decoded.claim();
        let mut reader = reader(decoded, self.delimiter);
        let mut record = csv::StringRecord::new();
        let mut row = Row::default();
        let mut number = 0;
        let mut line = reader.position().line();
        let mut hidden = self.has_delimiter_line;
        loop {
            match reader.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(error) => return Err(csv_error(pass, number + 1, error)),
            }
            claim.claim();
            let breaks = record
                .as_slice()
                .bytes()
                .filter(|byte| *byte == b'\n')
                .count() as u64;
            let passed = reader.position().line() - line;
            line = reader.position().line();
            // Of the lines passed, one ends the record, some lie inside its quoted cells, the others are blank.
            let blank = passed.saturating_sub(breaks + 1);
            number += u32::try_from(blank + 1).unwrap_or(u32::MAX - number);
            if std::mem::take(&mut hidden) {
                number = 0;
                continue;
            }
            row.restart(number, pass.width);
            for (column, cell) in record.iter().enumerate().take(pass.width) {
                row.set(column, CellKind::Value, |text| text.push_str(cell));
                pass.bound_cell(&row, column)?;
            }
            if !row.is_blank() && visit(&row).is_break() {
                return Ok(());
            }
        }
    }

    fn sample(&mut self) -> io::Result<String> {
        self.file.seek(SeekFrom::Start(self.mark))?;
        let mut bytes = Vec::new();
        Decoded::new(&mut self.file, self.encoding, usize::MAX)
            .take(SAMPLE)
            .read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// A record beyond this many bytes is a file with an open quotation mark.
const LARGEST_RECORD: usize = 16 << 20;
const SAMPLE: u64 = 64 << 10;
const SAMPLED_RECORDS: usize = 50;

fn reader<R: Read>(text: R, delimiter: Delimiter) -> csv::Reader<R> {
    csv::ReaderBuilder::new()
        .delimiter(delimiter.byte())
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(64 << 10)
        .from_reader(text)
}

/// The delimiter of a first line such as `sep=;`.
fn named_delimiter(sample: &str) -> Option<Delimiter> {
    let line = sample.lines().next()?.trim_matches('"');
    let (word, delimiter) = line.split_once('=')?;
    if !word.eq_ignore_ascii_case("sep") {
        return None;
    }
    Delimiter::ALL
        .into_iter()
        .find(|one| delimiter == one.character().encode_utf8(&mut [0; 4]))
}

/// The delimiter that cuts most of the first records into the same number of cells.
fn likely_delimiter(sample: &str) -> Delimiter {
    let cut_off = sample.len() as u64 >= SAMPLE;
    let weigh = |delimiter: Delimiter| {
        let mut widths: Vec<usize> = reader(sample.as_bytes(), delimiter)
            .records()
            .take(SAMPLED_RECORDS)
            .map_while(Result::ok)
            .map(|record| record.len())
            .collect();
        if cut_off && widths.len() > 1 && widths.len() < SAMPLED_RECORDS {
            widths.pop();
        }
        // A character in a few cells of a list with one column cuts nothing.
        let cut = widths.iter().filter(|width| **width > 1).count();
        if cut * 3 < widths.len() {
            return 0;
        }
        let weight = |width: &usize| {
            let agreeing = widths.iter().filter(|other| *other == width).count();
            agreeing * (width - 1)
        };
        widths.iter().map(weight).max().unwrap_or(0)
    };
    let mut best = Delimiter::Comma;
    for delimiter in Delimiter::ALL {
        if weigh(delimiter) > weigh(best) {
            best = delimiter;
        }
    }
    best
}

fn csv_error(pass: &Pass<'_>, row: u32, error: csv::Error) -> SheetError {
    match error.into_kind() {
        csv::ErrorKind::Io(source) if source.kind() == io::ErrorKind::FileTooLarge => {
            SheetError::TooLarge {
                file: pass.file.to_owned(),
                limit: Limit::CellChars,
                allowed: pass.limits.cell_chars,
                row: Some(row),
            }
        }
        csv::ErrorKind::Io(source) => unreadable(pass.file, source),
        _ => SheetError::Damaged {
            file: pass.file.to_owned(),
            problem: "a line cannot be read",
        },
    }
}
