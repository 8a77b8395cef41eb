//! Finding the people: the worksheet that holds them and the row of its headers.

use super::header_row::{FirstRows, HeaderCandidate};
use super::scan::Scan;
use super::text_file::TextFile;
use super::workbook::{Workbook, Worksheet};
use crate::email::is_email;
use crate::error::SheetError;
use crate::headers::Header;
use crate::limits::Limit;
use crate::text::one_line;

/// What the caller decided.
pub(super) struct Choice<'a> {
    pub(super) worksheet: Option<&'a str>,
    pub(super) header_row: Option<u32>,
}

/// The worksheet and the headers of the people.
pub(super) struct Detected {
    pub(super) worksheet: Option<Worksheet>,
    pub(super) headers: Vec<Header>,
    pub(super) header_row: u32,
    /// The names of hidden worksheets with people that are not read.
    pub(super) other_worksheets: Vec<String>,
}

/// Finds the headers of a text file.
pub(super) fn detect_in_text(
    file: &mut TextFile,
    choice: &Choice<'_>,
    scan: &Scan<'_>,
) -> Result<Detected, SheetError> {
    let mut rows = FirstRows::new(choice.header_row);
    file.scan(scan, &mut |row| rows.add(row))?;
    let candidate = rows.find_headers();
    accept(candidate.ok_or_else(|| no_headers(choice, scan))?, scan)
}

/// Finds and chooses the worksheet that the caller wants, or else the one that holds the people.
pub(super) fn detect_in_workbook(
    book: &mut Workbook,
    choice: &Choice<'_>,
    scan: &Scan<'_>,
) -> Result<Detected, SheetError> {
    let mut worksheets = std::mem::take(&mut book.worksheets);
    if let Some(wanted) = choice.worksheet {
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
        let mut rows = FirstRows::new(choice.header_row);
        book.scan(&worksheet.name, scan, &mut |row| rows.add(row))?;
        let candidate = rows.find_headers();
        candidates.extend(candidate.map(|candidate| (worksheet, candidate)));
    }
    let (worksheet, candidate, others) = choose_worksheet(candidates, choice, scan)?;
    let detected = accept(candidate, scan)?;
    book.choose_worksheet(&worksheet.name, scan)?;
    Ok(Detected {
        worksheet: Some(worksheet),
        other_worksheets: others,
        ..detected
    })
}

/// Chooses the worksheet that has an e-mail column and people; of several, the visible one. Also
/// returns the names of the hidden ones.
fn choose_worksheet(
    mut candidates: Vec<(Worksheet, HeaderCandidate)>,
    choice: &Choice<'_>,
    scan: &Scan<'_>,
) -> Result<(Worksheet, HeaderCandidate, Vec<String>), SheetError> {
    type Preference = fn(&(Worksheet, HeaderCandidate)) -> bool;
    let preferences: [Preference; 2] = [
        |(_, candidate)| candidate.has_email,
        |(_, candidate)| candidate.has_people,
    ];
    for is_preferred in preferences {
        if candidates.iter().any(is_preferred) {
            candidates.retain(is_preferred);
        }
    }
    let mut hidden = Vec::new();
    if candidates.iter().any(|(worksheet, _)| worksheet.visible) {
        let others = candidates
            .iter()
            .filter(|(sheet, it)| !sheet.visible && it.has_email);
        hidden.extend(others.map(|(worksheet, _)| format!("`{}`", one_line(&worksheet.name))));
        candidates.retain(|(worksheet, _)| worksheet.visible);
    }
    // Without an e-mail column anywhere, a sheet of one column is a remark.
    if candidates
        .iter()
        .any(|(_, candidate)| candidate.headers.len() > 1)
        && !candidates.iter().any(|(_, candidate)| candidate.has_email)
    {
        candidates.retain(|(_, candidate)| candidate.headers.len() > 1);
    }
    if candidates.len() > 1 {
        return Err(SheetError::AmbiguousWorksheet {
            file: scan.file.to_owned(),
            worksheets: list_names(candidates.iter().map(|(worksheet, _)| worksheet)),
        });
    }
    let (worksheet, candidate) = candidates.pop().ok_or_else(|| no_headers(choice, scan))?;
    Ok((worksheet, candidate, hidden))
}

/// Refuses headers with an e-mail address among them, too many headers, and headers without a row
/// below them.
fn accept(candidate: HeaderCandidate, scan: &Scan<'_>) -> Result<Detected, SheetError> {
    let file = scan.file.to_owned();
    let row = candidate.row;
    let headers = &candidate.headers;
    if headers.iter().any(|header| is_email(header.name())) {
        return Err(SheetError::NoHeaders { file, row });
    }
    if headers.len() as u64 > scan.limits.columns {
        return Err(scan.too_large(Limit::Columns, Some(row)));
    }
    if headers.iter().all(|header| header.name().is_empty()) {
        return Err(SheetError::BlankHeaders { file, row });
    }
    if !candidate.has_people {
        return Err(SheetError::HeadersOnly { file });
    }
    Ok(Detected {
        worksheet: None,
        headers: candidate.headers,
        header_row: row,
        other_worksheets: Vec::new(),
    })
}

fn list_names<'a>(worksheets: impl Iterator<Item = &'a Worksheet>) -> String {
    let names: Vec<_> = worksheets
        .map(|worksheet| format!("`{}`", one_line(&worksheet.name)))
        .collect();
    names.join(", ")
}

fn no_headers(choice: &Choice<'_>, scan: &Scan<'_>) -> SheetError {
    let file = scan.file.to_owned();
    match choice.header_row {
        Some(row) => SheetError::UnknownHeaderRow { file, row },
        None => SheetError::Empty { file },
    }
}
