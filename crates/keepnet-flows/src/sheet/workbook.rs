//! Reading workbooks, cell by cell where the format allows it.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufReader, Seek};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{
    Data, DataRef, ExcelDateTime, Ods, OdsError, Range, Reader, SheetType, SheetVisible, Xls,
    XlsError, Xlsx, XlsxCellReader, XlsxError,
};

use super::archive;
use super::error::SheetError;
use super::format::{Format, unreadable};
use super::limits::{Limit, Limits};
use super::number_format::NumberFormat;
use super::ole;
use super::row::{CellKind, Row};

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

/// The reader gives either formulas or formats with the values, so that where
/// formats matter the formulas are looked for first.
struct Formatted {
    /// By the number of the style.
    formats: Vec<Option<NumberFormat>>,
    /// Row and column of each formula without a stored result, in order.
    uncomputed: Vec<(u32, u32)>,
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

/// The formats that show numbers otherwise than they are, if there are any, and
/// the formulas without a stored result beside them.
fn formatted(
    book: &mut Xlsx<BufReader<File>>,
    worksheet: &str,
    pass: &Pass<'_>,
) -> Result<Option<Formatted>, SheetError> {
    let mut cells = Cells::open(book, worksheet, pass.file)?;
    let formats: Vec<_> = cells.formats().collect();
    if formats.iter().all(Option::is_none) {
        return Ok(None);
    }
    let mut uncomputed = Vec::new();
    while let Some(cell) = cells.next(None)? {
        if cell.is_uncomputed() && (cell.position.1 as usize) < pass.width {
            uncomputed.push(cell.position);
        }
        if uncomputed.len() > MOST_UNCOMPUTED {
            return Ok(None);
        }
    }
    Ok(Some(Formatted {
        formats,
        uncomputed,
    }))
}

/// A list with more formulas that nobody computed is of no use anyway, and is
/// read without its formats (8 MB).
const MOST_UNCOMPUTED: usize = 1_000_000;

/// The cells of a worksheet, with the reader's errors as ours.
struct Cells<'a> {
    file: &'a str,
    reader: XlsxCellReader<'a, BufReader<File>>,
}

struct Cell<'a> {
    /// Row and column from 0.
    position: (u32, u32),
    value: DataRef<'a>,
    is_formula: bool,
    format: Option<&'a NumberFormat>,
}

impl Cell<'_> {
    fn is_uncomputed(&self) -> bool {
        self.is_formula && matches!(self.value, DataRef::Empty)
    }
}

impl<'a> Cells<'a> {
    fn open(
        book: &'a mut Xlsx<BufReader<File>>,
        worksheet: &str,
        file: &'a str,
    ) -> Result<Cells<'a>, SheetError> {
        let reader = unpanicked(file, || book.worksheet_cells_reader(worksheet))?
            .map_err(|error| xlsx_error(file, error))?;
        Ok(Cells { file, reader })
    }

    fn formats(&self) -> impl Iterator<Item = Option<NumberFormat>> {
        self.reader.styles().iter().map(|style| {
            let format = style.number_format.as_ref()?;
            NumberFormat::parse(&format.format_code)
        })
    }

    fn next<'b>(&mut self, formatted: Option<&'b Formatted>) -> Result<Option<Cell<'b>>, SheetError>
    where
        'a: 'b,
    {
        let Cells { file, reader } = self;
        let failed = |error| xlsx_error(file, error);
        let Some(by) = formatted else {
            let cell = unpanicked(file, || reader.next_cell_with_formula_metadata())?;
            return Ok(cell.map_err(failed)?.map(|cell| Cell {
                position: cell.pos,
                value: cell.value,
                is_formula: cell.formula.is_some(),
                format: None,
            }));
        };
        let cell = unpanicked(file, || reader.next_cell_with_style_id())?;
        Ok(cell.map_err(failed)?.map(|(cell, style)| Cell {
            position: cell.get_position(),
            value: cell.get_value().clone(),
            is_formula: by.uncomputed.binary_search(&cell.get_position()).is_ok(),
            format: by.formats.get(style).and_then(Option::as_ref),
        }))
    }

    /// Reads what follows the cells, because a broken checksum shows at the end only.
    fn finish(mut self) -> Result<(), SheetError> {
        let Cells { file, reader } = &mut self;
        loop {
            match unpanicked(file, || reader.next_cell())? {
                Ok(_) => {}
                Err(XlsxError::XmlEof(_)) => return Ok(()),
                Err(error) => return Err(xlsx_error(file, error)),
            }
        }
    }
}

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
            let cell = Cell {
                position: (line, 0),
                value: borrowed(cell),
                is_formula: false,
                format: None,
            };
            set(&mut row, column, &cell);
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

fn set(row: &mut Row, column: usize, cell: &Cell<'_>) {
    if let (DataRef::Float(number), Some(format)) = (&cell.value, cell.format) {
        let mut text = String::new();
        if format.write(*number, &mut text) {
            row.set(column, CellKind::FormattedNumber, |row| row.push_str(&text));
            return;
        }
    }
    let kind = match cell.value {
        DataRef::Error(_) => CellKind::Error,
        _ if cell.is_uncomputed() => CellKind::UncomputedFormula,
        _ => CellKind::Value,
    };
    row.set(column, kind, |text| write_value(text, &cell.value));
}

/// Writes a value as a person would type it: a phone number in a numeric cell
/// has no exponent and no decimals, and a date is written year first.
fn write_value(text: &mut String, value: &DataRef<'_>) {
    let written = match value {
        DataRef::Empty | DataRef::Error(_) => Ok(()),
        DataRef::String(value) | DataRef::DateTimeIso(value) | DataRef::DurationIso(value) => {
            text.write_str(value)
        }
        DataRef::SharedString(value) => text.write_str(value),
        DataRef::Int(value) => write!(text, "{value}"),
        DataRef::Float(value) => write!(text, "{value}"),
        DataRef::Bool(value) => text.write_str(if *value { "True" } else { "False" }),
        DataRef::DateTime(value) => write_date(text, value),
    };
    debug_assert!(written.is_ok(), "a string takes every text");
}

fn write_date(text: &mut String, value: &ExcelDateTime) -> std::fmt::Result {
    if value.is_duration() {
        return write!(text, "{}", value.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = value.to_ymd_hms_milli();
    write!(text, "{year:04}-{month:02}-{day:02}")?;
    if (hour, minute, second) != (0, 0, 0) {
        write!(text, " {hour:02}:{minute:02}:{second:02}")?;
    }
    Ok(())
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
fn unpanicked<T>(file: &str, read: impl FnOnce() -> T) -> Result<T, SheetError> {
    catch_unwind(AssertUnwindSafe(read)).map_err(|_| SheetError::Damaged {
        file: file.to_owned(),
        problem: "a number in it is out of range",
    })
}

// The reader's own messages quote cells, so only their kind goes into ours.

fn xlsx_error(file: &str, error: XlsxError) -> SheetError {
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
