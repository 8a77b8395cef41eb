//! Reading the rows of a text file.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::ControlFlow;

use super::delimiter::Delimiter;
use super::detect::{Detected, detect};
use super::records::{Swallowed, find_swallowed};
use super::utf8_reader::{END_MARK, Utf8Reader};
use crate::encoding::Encoding;
use crate::error::SheetError;
use crate::headers::letter;
use crate::limits::Limits;
use crate::read::row::{CellKind, Row};
use crate::read::scan::Scan;
use crate::text::trim_invisible;

/// An open text file.
pub(in crate::read) struct TextFile {
    file: File,
    pub(in crate::read) encoding: Encoding,
    /// Whether the letters make words in the encoding.
    pub(in crate::read) is_plausible: bool,
    pub(in crate::read) delimiter: Delimiter,
    /// Bytes of the byte order mark.
    mark: u64,
    /// Whether the first line only names the delimiter.
    has_delimiter_line: bool,
}

impl TextFile {
    /// Opens a file in the `given` encoding, or else in the one that it certainly has.
    pub(in crate::read) fn open(
        mut file: File,
        name: &str,
        limits: &Limits,
        given: Option<Encoding>,
    ) -> Result<TextFile, SheetError> {
        let failed = |source| SheetError::unreadable(name, source);
        match detect(&mut file, given).map_err(failed)? {
            Detected::Certain {
                encoding,
                mark,
                is_plausible,
            } => TextFile::new(file, name, encoding, mark, is_plausible),
            Detected::Binary => Err(SheetError::not_a_spreadsheet(name, "binary data")),
            Detected::Contradiction { marked } => Err(SheetError::MarkedEncoding {
                file: name.to_owned(),
                encoding: marked,
            }),
            Detected::Damaged { encoding, mark } => {
                let (row, column) = find_lost_letter(file, name, limits, encoding, mark);
                Err(SheetError::BadBytes {
                    file: name.to_owned(),
                    row,
                    column,
                    encoding,
                })
            }
            Detected::Ambiguous(candidates) => {
                let (row, column) = find_lost_letter(file, name, limits, Encoding::Utf8, 0);
                Err(SheetError::UnknownEncoding {
                    file: name.to_owned(),
                    row,
                    column,
                    candidates,
                })
            }
        }
    }

    fn new(
        mut file: File,
        name: &str,
        encoding: Encoding,
        mark: u64,
        is_plausible: bool,
    ) -> Result<TextFile, SheetError> {
        let sample = sample(&mut file, encoding, mark);
        let sample = sample.map_err(|source| SheetError::unreadable(name, source))?;
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
            is_plausible,
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
                Ok(false) => return Err(scan.damaged("its text has no end")),
                Err(error) => return Err(csv_error(scan, line, error)),
            }
            record_size.set(0);
            if record.len() == 1 && &record[0] == END_MARK {
                return match reader.read_record(&mut record) {
                    Ok(false) => Ok(()),
                    _ => Err(scan.damaged("its text has two ends")),
                };
            }
            let content = record.as_slice().bytes();
            let breaks = content.filter(|byte| *byte == b'\n').count() as u64;
            let passed = reader.position().line() - line;
            // The record takes one line and those of its quoted line breaks; the csv crate skips
            // blank lines, but a spreadsheet program numbers them.
            let blank = passed.saturating_sub(breaks + 1);
            if breaks > 0 {
                let unclosed = line + passed.saturating_sub(breaks);
                refuse_swallowed_rows(&record, self.delimiter, scan, line + blank, unclosed)?;
            }
            line = reader.position().line();
            number += u32::try_from(blank + 1).unwrap_or(u32::MAX - number);
            if std::mem::take(&mut is_delimiter_line) {
                number = 0;
                continue;
            }
            row.restart(number);
            for (column, cell) in record.iter().enumerate().take(scan.width) {
                row.set(column, CellKind::Text, |text| text.push_str(cell));
                scan.ensure_cell_fits(&row, column)?;
            }
            if record.len() > scan.width && has_text(&record, scan.width) {
                row.add_more();
            }
            if !row.is_blank() && visit(&row).is_break() {
                return Ok(());
            }
        }
    }
}

/// Whether a cell from `column` on has a text.
fn has_text(record: &csv::StringRecord, column: usize) -> bool {
    let mut rest = record.iter().skip(column);
    rest.any(|cell| !trim_invisible(cell).is_empty())
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
    let mut text = String::from_utf8_lossy(&bytes).into_owned();
    if let Some(end) = text.rfind(END_MARK) {
        text.truncate(end);
    }
    Ok(text)
}

/// Row and column of the first letter that `encoding` does not explain.
fn find_lost_letter(
    file: File,
    name: &str,
    limits: &Limits,
    encoding: Encoding,
    mark: u64,
) -> (Option<u32>, Option<String>) {
    let mut found = (None, None);
    let Ok(mut text) = TextFile::new(file, name, encoding, mark, true) else {
        return found;
    };
    let scan = Scan {
        file: name,
        width: usize::MAX,
        headers: None,
        limits,
    };
    // A file that cannot be read to its end keeps the error of its encoding.
    let _ = text.scan(&scan, &mut |row| {
        // The decoders return one of these for a byte that is not in the encoding.
        let is_lost = |letter: char| matches!(letter, '\u{FFFD}' | '\u{80}'..='\u{9F}');
        let is_lost = |column: &usize| row.raw(*column).contains(is_lost);
        match (0..row.width()).find(is_lost) {
            Some(column) => {
                found = (Some(row.number()), Some(letter(column)));
                ControlFlow::Break(())
            }
            None => ControlFlow::Continue(()),
        }
    });
    found
}

fn refuse_swallowed_rows(
    record: &csv::StringRecord,
    delimiter: Delimiter,
    scan: &Scan<'_>,
    line: u64,
    // The last line of an open record has no end, so that one less precedes the record.
    line_if_open: u64,
) -> Result<(), SheetError> {
    let file = || scan.file.to_owned();
    match find_swallowed(record, delimiter, scan.headers) {
        None => Ok(()),
        Some((Swallowed::Rest, at)) => Err(SheetError::OpenQuote {
            file: file(),
            line: line_if_open + at,
        }),
        Some((Swallowed::Rows, at)) => Err(SheetError::SwallowedRows {
            file: file(),
            line: line + at,
        }),
    }
}

fn csv_error(scan: &Scan<'_>, line: u64, error: csv::Error) -> SheetError {
    match error.into_kind() {
        csv::ErrorKind::Io(source) if source.kind() == io::ErrorKind::FileTooLarge => {
            SheetError::OpenQuote {
                file: scan.file.to_owned(),
                line,
            }
        }
        csv::ErrorKind::Io(source) => SheetError::unreadable(scan.file, source),
        _ => scan.damaged("a line cannot be read"),
    }
}
