//! Reading workbooks, cell by cell where the format allows it.

use std::fs::File;
use std::io::{BufReader, Seek};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{
    Data, DataRef, Ods, OdsError, Range, Reader, SheetType, SheetVisible, Xls, XlsError, Xlsx,
    XlsxError,
};

use super::archive;
use super::cells::{Cell, Cells, Formatted, formatted, set};
use super::error::SheetError;
use super::format::{Format, unreadable};
use super::limits::{Limit, Limits};
use super::ole;
use super::row::Row;

/// An open workbook.
pub(super) enum Workbook {
    /// Read from the file cell by cell, for each pass anew.
    Streamed(Box<Streamed>),
    /// Held in memory, because the format cannot be read otherwise.
    Held(Vec<(String, Range<Data>)>),
}

/// A workbook that is read from the file.
pub(super) struct Streamed {
    book: Xlsx<BufReader<File>>,
    /// What is read in place of the formulas, once the worksheet is chosen and
    /// has numbers that are shown otherwise than they are.
    formatted: Option<Formatted>,
}

/// A worksheet's place in its workbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Worksheet {
    pub(super) name: String,
    /// From 0, as the tabs stand.
    pub(super) index: usize,
    pub(super) visible: bool,
}

impl Workbook {
    pub(super) fn open_zip(
        mut file: File,
        name: &str,
        limits: &Limits,
    ) -> Result<(Workbook, Format, Vec<Worksheet>), SheetError> {
        let format = archive::inspect(BufReader::new(&mut file), name, limits)?;
        file.rewind().map_err(|source| unreadable(name, source))?;
        let reader = BufReader::new(file);
        if format == Format::Xlsx {
            let book =
                unpanicked(name, || Xlsx::new(reader))?.map_err(|error| xlsx_error(name, error))?;
            let sheets = worksheets(book.sheets_metadata());
            let streamed = Streamed {
                book,
                formatted: None,
            };
            return Ok((Workbook::Streamed(Box::new(streamed)), format, sheets));
        }
        let book = unpanicked(name, || Ods::new(reader))?
            .map_err(|error| ods_error(name, limits, error))?;
        let sheets = worksheets(book.sheets_metadata());
        Ok((held(book, &sheets), format, sheets))
    }

    pub(super) fn open_ole(
        mut file: File,
        name: &str,
        limits: &Limits,
    ) -> Result<(Workbook, Format, Vec<Worksheet>), SheetError> {
        ole::inspect(&mut file, name, limits)?;
        file.rewind().map_err(|source| unreadable(name, source))?;
        let reader = BufReader::new(file);
        let book =
            unpanicked(name, || Xls::new(reader))?.map_err(|error| xls_error(name, error))?;
        let sheets = worksheets(book.sheets_metadata());
        Ok((held(book, &sheets), Format::Xls, sheets))
    }

    /// Shows every row that is not blank to `visit`, cut to `width` columns.
    pub(super) fn scan(
        &mut self,
        worksheet: &str,
        pass: &Pass<'_>,
        visit: &mut dyn FnMut(&Row) -> ControlFlow<()>,
    ) -> Result<(), SheetError> {
        match self {
            Workbook::Streamed(streamed) => stream(streamed, worksheet, pass, visit),
            Workbook::Held(sheets) => sheets
                .iter()
                .filter(|(name, _)| name == worksheet)
                .try_for_each(|(_, range)| walk(range, pass, visit)),
        }
    }

    /// Settles on a worksheet: the others are forgotten where they are held in
    /// memory, and its formulas looked for where its formats matter.
    pub(super) fn keep(&mut self, worksheet: &str, pass: &Pass<'_>) -> Result<(), SheetError> {
        match self {
            Workbook::Streamed(streamed) => {
                streamed.formatted = formatted(&mut streamed.book, worksheet, pass)?;
            }
            Workbook::Held(sheets) => sheets.retain(|(name, _)| name == worksheet),
        }
        Ok(())
    }
}

/// What every pass over a file needs to know.
pub(super) struct Pass<'a> {
    pub(super) file: &'a str,
    pub(super) width: usize,
    pub(super) limits: &'a Limits,
}

impl Pass<'_> {
    /// Refuses a cell that is longer than the limits allow.
    pub(super) fn bound_cell(&self, row: &Row, column: usize) -> Result<(), SheetError> {
        let allowed = self.limits.cell_chars;
        let text = row.raw(column);
        if text.len() as u64 > allowed && text.chars().count() as u64 > allowed {
            return Err(SheetError::TooLarge {
                file: self.file.to_owned(),
                limit: Limit::CellChars,
                allowed,
                row: Some(row.number()),
            });
        }
        Ok(())
    }
}

fn stream(
    streamed: &mut Streamed,
    worksheet: &str,
    pass: &Pass<'_>,
    visit: &mut dyn FnMut(&Row) -> ControlFlow<()>,
) -> Result<(), SheetError> {
    let Streamed { book, formatted } = streamed;
    let mut cells = Cells::open(book, worksheet, pass.file)?;
    let mut row = Row::default();
    let mut current = None;
    while let Some(cell) = cells.next(formatted.as_ref())? {
        let (line, column) = cell.position;
        if line >= ROWS {
            return Err(SheetError::Damaged {
                file: pass.file.to_owned(),
                problem: "a row has an impossible number",
            });
        }
        if current != Some(line) {
            if current.is_some_and(|last| last > line) {
                return Err(SheetError::Damaged {
                    file: pass.file.to_owned(),
                    problem: "its rows are not in order",
                });
            }
            if !row.is_blank() && visit(&row).is_break() {
                return Ok(());
            }
            row.restart(line + 1, pass.width);
            current = Some(line);
        }
        let column = column as usize;
        if column < pass.width {
            set(&mut row, column, &cell);
            pass.bound_cell(&row, column)?;
        }
    }
    if !row.is_blank() && visit(&row).is_break() {
        return Ok(());
    }
    cells.finish()
}

/// How many rows a worksheet has.
const ROWS: u32 = 1_048_576;

fn walk(
    range: &Range<Data>,
    pass: &Pass<'_>,
    visit: &mut dyn FnMut(&Row) -> ControlFlow<()>,
) -> Result<(), SheetError> {
    let Some((top, left)) = range.start() else {
        return Ok(());
    };
    let mut row = Row::default();
    for (line, cells) in (top..).zip(range.rows()) {
        row.restart(line + 1, pass.width);
        for (column, cell) in (left as usize..pass.width).zip(cells) {
            set(&mut row, column, &Cell::of((line, 0), borrowed(cell)));
            pass.bound_cell(&row, column)?;
        }
        if !row.is_blank() && visit(&row).is_break() {
            break;
        }
    }
    Ok(())
}

fn borrowed(value: &Data) -> DataRef<'_> {
    match value {
        Data::Int(value) => DataRef::Int(*value),
        Data::Float(value) => DataRef::Float(*value),
        Data::String(value) | Data::DateTimeIso(value) | Data::DurationIso(value) => {
            DataRef::SharedString(value)
        }
        Data::Bool(value) => DataRef::Bool(*value),
        Data::DateTime(value) => DataRef::DateTime(*value),
        Data::Error(value) => DataRef::Error(value.clone()),
        Data::Empty => DataRef::Empty,
    }
}

fn worksheets(sheets: &[calamine::Sheet]) -> Vec<Worksheet> {
    sheets
        .iter()
        .enumerate()
        .filter(|(_, sheet)| sheet.typ == SheetType::WorkSheet)
        .map(|(index, sheet)| Worksheet {
            name: sheet.name.clone(),
            index,
            visible: sheet.visible == SheetVisible::Visible,
        })
        .collect()
}

fn held<RS, R: Reader<RS>>(mut book: R, sheets: &[Worksheet]) -> Workbook
where
    RS: std::io::Read + Seek,
{
    let range = |sheet: &Worksheet| {
        let range = book.worksheet_range(&sheet.name).unwrap_or_default();
        (sheet.name.clone(), range)
    };
    Workbook::Held(sheets.iter().map(range).collect())
}

/// What `read` returns; a panic in it is damage of the file. Hostile numbers
/// overflow the reader's arithmetic where a build checks for that.
pub(super) fn unpanicked<T>(file: &str, read: impl FnOnce() -> T) -> Result<T, SheetError> {
    catch_unwind(AssertUnwindSafe(read)).map_err(|_| SheetError::Damaged {
        file: file.to_owned(),
        problem: "a number in it is out of range",
    })
}

// The reader's own messages quote cells, so only their kind goes into ours.

pub(super) fn xlsx_error(file: &str, error: XlsxError) -> SheetError {
    let problem = match error {
        XlsxError::Password => {
            return SheetError::PasswordProtected {
                file: file.to_owned(),
            };
        }
        XlsxError::Io(source) => return io_error(file, source),
        XlsxError::Zip(_) => "its ZIP archive cannot be inflated",
        XlsxError::Xml(_) | XlsxError::XmlAttr(_) | XlsxError::XmlEof(_) => "its XML is broken",
        XlsxError::FileNotFound(_) | XlsxError::RelationshipNotFound => "a part is missing",
        XlsxError::WorksheetNotFound(_) => "a worksheet is missing",
        XlsxError::CellTAttribute(_) | XlsxError::ParseFloat(_) => "a cell's type is wrong",
        _ => "its content breaks the format",
    };
    SheetError::Damaged {
        file: file.to_owned(),
        problem,
    }
}

fn xls_error(file: &str, error: XlsError) -> SheetError {
    let problem = match error {
        XlsError::Password => {
            return SheetError::PasswordProtected {
                file: file.to_owned(),
            };
        }
        XlsError::Io(source) => return io_error(file, source),
        _ => "its content breaks the format",
    };
    SheetError::Damaged {
        file: file.to_owned(),
        problem,
    }
}

fn ods_error(file: &str, limits: &Limits, error: OdsError) -> SheetError {
    let problem = match error {
        OdsError::Password => {
            return SheetError::PasswordProtected {
                file: file.to_owned(),
            };
        }
        OdsError::Io(source) => return io_error(file, source),
        OdsError::CellLimitExceeded { .. } => {
            return SheetError::TooLarge {
                file: file.to_owned(),
                limit: Limit::GridCells,
                allowed: limits.grid_cells,
                row: None,
            };
        }
        _ => "its content breaks the format",
    };
    SheetError::Damaged {
        file: file.to_owned(),
        problem,
    }
}

/// A part that ends too early or inflates to too much is damage; all else is the system's word.
fn io_error(file: &str, source: std::io::Error) -> SheetError {
    use std::io::ErrorKind::{InvalidData, InvalidInput, Other, UnexpectedEof};
    match source.kind() {
        InvalidData | InvalidInput | Other | UnexpectedEof => SheetError::Damaged {
            file: file.to_owned(),
            problem: "a part is incomplete",
        },
        _ => unreadable(file, source),
    }
}
