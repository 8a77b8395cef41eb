//! Reading the rows of a text file.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::ControlFlow;

use super::delimiter::Delimiter;
use super::encoding::{Encoding, detect};
use super::utf8_reader::Utf8Reader;
use crate::error::SheetError;
use crate::limits::Limit;
use crate::read::row::{CellKind, Row};
use crate::read::scan::Scan;

/// An open text file.
pub(in crate::read) struct TextFile {
    file: File,
    pub(in crate::read) encoding: Encoding,
    pub(in crate::read) delimiter: Delimiter,
    /// Bytes of the byte order mark.
    mark: u64,
    /// Whether the first line only names the delimiter.
    has_delimiter_line: bool,
}

impl TextFile {
    pub(in crate::read) fn open(mut file: File, name: &str) -> Result<TextFile, SheetError> {
        let failed = |source| SheetError::unreadable(name, source);
        let Some((encoding, mark)) = detect(&mut file).map_err(failed)? else {
            return Err(SheetError::not_a_spreadsheet(name, "binary data"));
        };
        let sample = sample(&mut file, encoding, mark).map_err(failed)?;
        if sample.trim().is_empty() {
            return Err(SheetError::Empty {
                file: name.to_owned(),
            });
        }
        let is_cut_off = sample.len() as u64 >= SAMPLE;
        let (delimiter, has_delimiter_line) = Delimiter::detect(&sample, is_cut_off);
        Ok(TextFile {
            file,
            encoding,
            delimiter,
            mark,
            has_delimiter_line,
        })
    }

    /// Whether the service is known to read the file: UTF-8 without a byte order mark, commas, and
    /// nothing above the headers.
    pub(in crate::read) fn is_plain(&self) -> bool {
        self.encoding == Encoding::Utf8
            && self.mark == 0
            && self.delimiter == Delimiter::Comma
            && !self.has_delimiter_line
    }

    /// Shows every row that is not blank to `visit`, cut to the width of the scan.
    pub(in crate::read) fn scan(
        &mut self,
        scan: &Scan<'_>,
        visit: &mut dyn FnMut(&Row) -> ControlFlow<()>,
    ) -> Result<(), SheetError> {
        let failed = |source| SheetError::unreadable(scan.file, source);
        self.file.seek(SeekFrom::Start(self.mark)).map_err(failed)?;
        let text = Utf8Reader::new(&mut self.file, self.encoding, LARGEST_RECORD);
        let record_size = text.record_size();
        let mut reader = self.delimiter.reader(text);
        let mut record = csv::StringRecord::new();
        let mut row = Row::default();
        let mut number = 0;
        let mut line = reader.position().line();
        let mut is_delimiter_line = self.has_delimiter_line;
        loop {
            match reader.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(error) => return Err(csv_error(scan, number + 1, error)),
            }
            record_size.set(0);
            let content = record.as_slice().bytes();
            let breaks = content.filter(|byte| *byte == b'\n').count() as u64;
            let passed = reader.position().line() - line;
            line = reader.position().line();
            // The record takes one line and those of its quoted line breaks; the csv crate skips
            // blank lines, but a spreadsheet program numbers them.
            let blank = passed.saturating_sub(breaks + 1);
            number += u32::try_from(blank + 1).unwrap_or(u32::MAX - number);
            if std::mem::take(&mut is_delimiter_line) {
                number = 0;
                continue;
            }
            row.restart(number, scan.width);
            for (column, cell) in record.iter().enumerate().take(scan.width) {
                row.set(column, CellKind::Value, |text| text.push_str(cell));
                scan.ensure_cell_fits(&row, column)?;
            }
            if !row.is_blank() && visit(&row).is_break() {
                return Ok(());
            }
        }
    }
}

/// A record with more bytes comes from a quotation mark that is not closed.
const LARGEST_RECORD: usize = 16 << 20;
const SAMPLE: u64 = 64 << 10;

/// The beginning of the text.
fn sample(file: &mut File, encoding: Encoding, mark: u64) -> io::Result<String> {
    file.seek(SeekFrom::Start(mark))?;
    let mut bytes = Vec::new();
    Utf8Reader::new(file, encoding, usize::MAX)
        .take(SAMPLE)
        .read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn csv_error(scan: &Scan<'_>, row: u32, error: csv::Error) -> SheetError {
    match error.into_kind() {
        csv::ErrorKind::Io(source) if source.kind() == io::ErrorKind::FileTooLarge => {
            scan.too_large(Limit::CellChars, Some(row))
        }
        csv::ErrorKind::Io(source) => SheetError::unreadable(scan.file, source),
        _ => scan.damaged("a line cannot be read"),
    }
}
