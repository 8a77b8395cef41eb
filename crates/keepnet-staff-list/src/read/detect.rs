//! Finding the people: the worksheet that holds them and the row of its headers.

use std::ops::ControlFlow;

use super::row::Row;
use super::scan::Scan;
use super::text_file::TextFile;
use super::workbook::{Workbook, Worksheet};
use crate::email::is_email;
use crate::error::SheetError;
use crate::field::Field;
use crate::headers::{Header, guess_fields};
use crate::limits::Limit;
use crate::text::one_line;

/// The worksheet and the headers of the people.
pub(super) struct Detected {
    pub(super) worksheet: Option<Worksheet>,
    pub(super) headers: Vec<Header>,
    pub(super) header_row: u32,
}

/// Finds the headers of a text file.
pub(super) fn detect_in_text(file: &mut TextFile, scan: &Scan<'_>) -> Result<Detected, SheetError> {
    let mut rows = Vec::new();
    file.scan(scan, &mut |row| collect(&mut rows, row))?;
    let candidate = HeaderCandidate::find(&rows).ok_or_else(|| empty(scan))?;
    candidate.accept(None, scan)
}

/// Finds and chooses the worksheet `wanted`, or else the one that holds the people.
pub(super) fn detect_in_workbook(
    book: &mut Workbook,
    wanted: Option<&str>,
    scan: &Scan<'_>,
) -> Result<Detected, SheetError> {
    let mut worksheets = std::mem::take(&mut book.worksheets);
    if let Some(wanted) = wanted {
        let names = list_names(worksheets.iter());
        worksheets.retain(|worksheet| worksheet.name == wanted);
        if worksheets.is_empty() {
            return Err(SheetError::UnknownWorksheet {
                file: scan.file.to_owned(),
                worksheet: wanted.to_owned(),
                worksheets: names,
            });
        }
    }
    let mut candidates = Vec::new();
    for worksheet in worksheets {
        let mut rows = Vec::new();
        book.scan(&worksheet.name, scan, &mut |row| collect(&mut rows, row))?;
        candidates.extend(HeaderCandidate::find(&rows).map(|candidate| (worksheet, candidate)));
    }
    let (worksheet, candidate) = choose_worksheet(candidates, scan)?;
    let detected = candidate.accept(Some(worksheet.clone()), scan)?;
    book.choose_worksheet(&worksheet.name, scan)?;
    Ok(detected)
}

/// Chooses the worksheet that has an e-mail column and people; of several, a visible one.
fn choose_worksheet(
    mut candidates: Vec<(Worksheet, HeaderCandidate)>,
    scan: &Scan<'_>,
) -> Result<(Worksheet, HeaderCandidate), SheetError> {
    type Preference = fn(&(Worksheet, HeaderCandidate)) -> bool;
    let preferences: [Preference; 4] = [
        |(_, candidate)| candidate.has_email,
        |(_, candidate)| candidate.has_people,
        |(worksheet, _)| worksheet.visible,
        |(_, candidate)| candidate.headers.len() > 1,
    ];
    for is_preferred in preferences {
        if candidates.iter().any(is_preferred) {
            candidates.retain(is_preferred);
        }
    }
    let fields = candidates.iter().map(|(_, candidate)| candidate.fields);
    let most = fields.max().unwrap_or(0);
    candidates.retain(|(_, candidate)| candidate.fields * 2 > most || most == 0);
    if candidates.len() > 1 {
        return Err(SheetError::AmbiguousWorksheet {
            file: scan.file.to_owned(),
            worksheets: list_names(candidates.iter().map(|(worksheet, _)| worksheet)),
        });
    }
    candidates.pop().ok_or_else(|| empty(scan))
}

/// Titles and remarks above the headers take few rows.
const SEARCHED_ROWS: usize = 10;

fn collect(rows: &mut Vec<Row>, row: &Row) -> ControlFlow<()> {
    rows.push(row.clone());
    if rows.len() > SEARCHED_ROWS {
        ControlFlow::Break(())
    } else {
        ControlFlow::Continue(())
    }
}

/// The row of a worksheet that may hold the headers.
struct HeaderCandidate {
    headers: Vec<Header>,
    header_row: u32,
    /// How many fields the headers name.
    fields: usize,
    has_email: bool,
    /// Whether a row follows.
    has_people: bool,
}

impl HeaderCandidate {
    /// The headers are the first row that names an e-mail column, or else the first row.
    fn find(rows: &[Row]) -> Option<HeaderCandidate> {
        let last_row = rows.last()?.number();
        let mut candidates = rows.iter().take(SEARCHED_ROWS).map(|row| {
            let headers = headers(row);
            let guesses = guess_fields(&headers, &[]);
            let mut fields: Vec<Field> = guesses.into_iter().flatten().map(|it| it.0).collect();
            fields.sort();
            fields.dedup();
            HeaderCandidate {
                headers,
                header_row: row.number(),
                fields: fields.len(),
                has_email: fields.contains(&Field::Email),
                has_people: last_row > row.number(),
            }
        });
        let first = candidates.next()?;
        if first.has_email {
            return Some(first);
        }
        Some(candidates.find(|it| it.has_email).unwrap_or(first))
    }

    /// Refuses headers with an e-mail address among them, too many headers, and headers without a
    /// row below them.
    fn accept(self, worksheet: Option<Worksheet>, scan: &Scan<'_>) -> Result<Detected, SheetError> {
        let file = scan.file.to_owned();
        let row = self.header_row;
        if self.headers.iter().any(|header| is_email(header.name())) {
            return Err(SheetError::NoHeaders { file, row });
        }
        if self.headers.len() as u64 > scan.limits.columns {
            return Err(scan.too_large(Limit::Columns, Some(row)));
        }
        if !self.has_people {
            return Err(SheetError::HeadersOnly { file });
        }
        Ok(Detected {
            worksheet,
            headers: self.headers,
            header_row: row,
        })
    }
}

fn headers(row: &Row) -> Vec<Header> {
    let last = (0..row.width()).rposition(|column| !row.text(column).is_empty());
    let width = last.map_or(0, |last| last + 1);
    (0..width)
        .map(|column| Header::new(column, row.raw(column)))
        .collect()
}

fn list_names<'a>(worksheets: impl Iterator<Item = &'a Worksheet>) -> String {
    let names: Vec<_> = worksheets
        .map(|worksheet| format!("`{}`", one_line(&worksheet.name)))
        .collect();
    names.join(", ")
}

fn empty(scan: &Scan<'_>) -> SheetError {
    SheetError::Empty {
        file: scan.file.to_owned(),
    }
}
