//! Finding the people: the worksheet they are on and the row of its headers.

use std::ops::ControlFlow;

use super::error::SheetError;
use super::header::{Header, one_line};
use super::limits::Limit;
use super::row::Row;
use super::text::TextFile;
use super::workbook::{Pass, Workbook, Worksheet};
use crate::columns;
use crate::validate::looks_like_email;

/// Where the people are.
pub(super) struct Chosen {
    pub(super) worksheet: Option<Worksheet>,
    pub(super) headers: Vec<Header>,
    pub(super) header_row: u32,
}

/// Finds the headers of a text file.
pub(super) fn text(file: &mut TextFile, pass: &Pass<'_>) -> Result<Chosen, SheetError> {
    let mut top = Vec::new();
    file.scan(pass, &mut |row| collect(&mut top, row))?;
    let top = Top::of(&top).ok_or_else(|| empty(pass))?;
    top.settle(None, pass)
}

/// Chooses the worksheet `wanted`, or else the one that holds the people.
pub(super) fn worksheet(
    book: &mut Workbook,
    worksheets: Vec<Worksheet>,
    wanted: Option<&str>,
    pass: &Pass<'_>,
) -> Result<Chosen, SheetError> {
    let considered: Vec<Worksheet> = match wanted {
        None => worksheets,
        Some(wanted) => {
            let names = list(worksheets.iter());
            let found = worksheets
                .into_iter()
                .find(|worksheet| worksheet.name == wanted);
            let unknown = || SheetError::UnknownWorksheet {
                file: pass.file.to_owned(),
                worksheet: wanted.to_owned(),
                worksheets: names,
            };
            vec![found.ok_or_else(unknown)?]
        }
    };
    let mut candidates = Vec::new();
    for worksheet in considered {
        let mut top = Vec::new();
        book.scan(&worksheet.name, pass, &mut |row| collect(&mut top, row))?;
        candidates.extend(Top::of(&top).map(|top| (worksheet, top)));
    }
    let (worksheet, top) = best(candidates, pass)?;
    top.settle(Some(worksheet), pass)
}

/// Narrows the worksheets down to one; a worksheet that names an e-mail column
/// and people wins over one that does not, and a visible over a hidden one.
fn best(
    mut candidates: Vec<(Worksheet, Top)>,
    pass: &Pass<'_>,
) -> Result<(Worksheet, Top), SheetError> {
    let preferences: [Preference; 4] = [
        |(_, top)| top.names_email,
        |(_, top)| top.has_people,
        |(worksheet, _)| worksheet.visible,
        |(_, top)| top.headers.len() > 1,
    ];
    for preferred in preferences {
        if candidates.iter().any(preferred) {
            candidates.retain(preferred);
        }
    }
    let most = candidates
        .iter()
        .map(|(_, top)| top.fields)
        .max()
        .unwrap_or(0);
    candidates.retain(|(_, top)| top.fields * 2 > most || most == 0);
    if candidates.len() > 1 {
        return Err(SheetError::AmbiguousWorksheet {
            file: pass.file.to_owned(),
            worksheets: list(candidates.iter().map(|(worksheet, _)| worksheet)),
        });
    }
    candidates.pop().ok_or_else(|| empty(pass))
}

type Preference = fn(&(Worksheet, Top)) -> bool;

/// The upper end of a worksheet.
struct Top {
    headers: Vec<Header>,
    header_row: u32,
    /// How many fields the headers name.
    fields: usize,
    names_email: bool,
    has_people: bool,
}

/// Titles and remarks above the headers take few rows.
const SEARCHED_ROWS: usize = 10;

fn collect(top: &mut Vec<Row>, row: &Row) -> ControlFlow<()> {
    top.push(row.clone());
    if top.len() > SEARCHED_ROWS {
        ControlFlow::Break(())
    } else {
        ControlFlow::Continue(())
    }
}

impl Top {
    /// The headers are the first row that names an e-mail column, or else the first row.
    fn of(rows: &[Row]) -> Option<Top> {
        let named = rows.iter().take(SEARCHED_ROWS).find(|row| {
            let (_, names_email) = columns::recognised_fields(&headers(row));
            names_email
        });
        let head = named.or(rows.first())?;
        let headers = headers(head);
        let (fields, names_email) = columns::recognised_fields(&headers);
        Some(Top {
            headers,
            header_row: head.number(),
            fields,
            names_email,
            has_people: rows
                .last()
                .is_some_and(|last| last.number() > head.number()),
        })
    }

    fn settle(self, worksheet: Option<Worksheet>, pass: &Pass<'_>) -> Result<Chosen, SheetError> {
        let file = || pass.file.to_owned();
        if self
            .headers
            .iter()
            .any(|header| looks_like_email(header.name()))
        {
            return Err(SheetError::NoHeaders {
                file: file(),
                row: self.header_row,
            });
        }
        if self.headers.len() as u64 > pass.limits.columns {
            return Err(SheetError::TooLarge {
                file: file(),
                limit: Limit::Columns,
                allowed: pass.limits.columns,
                row: Some(self.header_row),
            });
        }
        if !self.has_people {
            return Err(SheetError::HeadersOnly { file: file() });
        }
        Ok(Chosen {
            worksheet,
            headers: self.headers,
            header_row: self.header_row,
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

fn list<'a>(worksheets: impl Iterator<Item = &'a Worksheet>) -> String {
    let names: Vec<_> = worksheets
        .map(|worksheet| format!("`{}`", one_line(&worksheet.name)))
        .collect();
    names.join(", ")
}

fn empty(pass: &Pass<'_>) -> SheetError {
    SheetError::Empty {
        file: pass.file.to_owned(),
    }
}
