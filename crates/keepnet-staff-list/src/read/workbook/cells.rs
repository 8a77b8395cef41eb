//! The cells of a workbook, as the text that a person would type.

use std::fmt::Write as _;
use std::fs::File;
use std::io::BufReader;

use calamine::{DataRef, DataType, ExcelDateTime, Xlsx, XlsxCellReader, XlsxError};

use super::calamine_error::{catch_panic, xlsx_error};
use super::number_format::NumberFormat;
use crate::error::SheetError;
use crate::read::row::{CellKind, Row};
use crate::read::scan::Scan;
use crate::text::trim_invisible;

/// The number formats of a worksheet.
///
/// calamine returns a value either with its formula or with its format. If formats matter, a
/// separate scan finds the formulas first.
pub(super) struct FormatTable {
    /// By the number of the style.
    formats: Vec<Option<NumberFormat>>,
    /// Row and column of each formula without a stored result, in order.
    uncomputed: Vec<(u32, u32)>,
}

/// The number formats of a worksheet; none if no format adds zeros or signs to a number.
pub(super) fn read_formats(
    book: &mut Xlsx<BufReader<File>>,
    worksheet: &str,
    scan: &Scan<'_>,
) -> Result<Option<FormatTable>, SheetError> {
    let mut cells = CellReader::open(book, worksheet, scan.file)?;
    let formats: Vec<_> = cells.formats().collect();
    if formats.iter().all(Option::is_none) {
        return Ok(None);
    }
    let mut uncomputed = Vec::new();
    while let Some(cell) = cells.next(None)? {
        if cell.is_uncomputed() && (cell.position.1 as usize) < scan.width {
            uncomputed.push(cell.position);
        }
        if uncomputed.len() > MOST_UNCOMPUTED {
            return Ok(None);
        }
    }
    Ok(Some(FormatTable {
        formats,
        uncomputed,
    }))
}

/// A list with more formulas without a result cannot be imported anyway, and is read without its
/// formats (8 MB).
const MOST_UNCOMPUTED: usize = 1_000_000;

/// The cells of a worksheet, read from the file.
pub(super) struct CellReader<'a> {
    file: &'a str,
    reader: XlsxCellReader<'a, BufReader<File>>,
}

pub(super) struct Cell<'a> {
    /// Row and column from 0.
    pub(super) position: (u32, u32),
    value: DataRef<'a>,
    is_formula: bool,
    format: Option<&'a NumberFormat>,
}

impl Cell<'_> {
    pub(super) fn has_content(&self) -> bool {
        has_content(&self.value)
    }

    fn is_uncomputed(&self) -> bool {
        self.is_formula && matches!(self.value, DataRef::Empty)
    }
}

impl<'a> CellReader<'a> {
    pub(super) fn open(
        book: &'a mut Xlsx<BufReader<File>>,
        worksheet: &str,
        file: &'a str,
    ) -> Result<CellReader<'a>, SheetError> {
        let reader = catch_panic(file, || book.worksheet_cells_reader(worksheet))?
            .map_err(|error| xlsx_error(file, error))?;
        Ok(CellReader { file, reader })
    }

    fn formats(&self) -> impl Iterator<Item = Option<NumberFormat>> {
        self.reader.styles().iter().map(|style| {
            let format = style.number_format.as_ref()?;
            NumberFormat::parse(&format.format_code)
        })
    }

    pub(super) fn next<'b>(
        &mut self,
        formats: Option<&'b FormatTable>,
    ) -> Result<Option<Cell<'b>>, SheetError>
    where
        'a: 'b,
    {
        let CellReader { file, reader } = self;
        let failed = |error| xlsx_error(file, error);
        let Some(table) = formats else {
            let cell = catch_panic(file, || reader.next_cell_with_formula_metadata())?;
            return Ok(cell.map_err(failed)?.map(|cell| Cell {
                position: cell.pos,
                value: cell.value,
                is_formula: cell.formula.is_some(),
                format: None,
            }));
        };
        let cell = catch_panic(file, || reader.next_cell_with_style_id())?;
        Ok(cell.map_err(failed)?.map(|(cell, style)| Cell {
            position: cell.get_position(),
            value: cell.get_value().clone(),
            is_formula: table.uncomputed.binary_search(&cell.get_position()).is_ok(),
            format: table.formats.get(style).and_then(Option::as_ref),
        }))
    }

    /// Reads the rest of the part, because its checksum is compared at the end.
    pub(super) fn finish(mut self) -> Result<(), SheetError> {
        let CellReader { file, reader } = &mut self;
        loop {
            match catch_panic(file, || reader.next_cell())? {
                Ok(_) => {}
                Err(XlsxError::XmlEof(_)) => return Ok(()),
                Err(error) => return Err(xlsx_error(file, error)),
            }
        }
    }
}

/// Whether a value is more than spaces and invisible characters.
pub(super) fn has_content(value: &impl DataType) -> bool {
    let is_visible = |text: &str| !trim_invisible(text).is_empty();
    !value.is_empty() && value.get_string().is_none_or(is_visible)
}

/// Sets a cell of a row to a value without a formula and a format.
pub(super) fn set_value(row: &mut Row, column: usize, value: &impl DataType) {
    row.set(column, kind(value), |text| write_value(text, value));
}

pub(super) fn set_cell(row: &mut Row, column: usize, cell: &Cell<'_>) {
    if let (DataRef::Float(number), Some(format)) = (&cell.value, cell.format)
        && let Some(text) = format.write(*number)
    {
        row.set(column, CellKind::FormattedNumber, |row| row.push_str(&text));
    } else if cell.is_uncomputed() {
        row.set(column, CellKind::UncomputedFormula, |_| {});
    } else {
        set_value(row, column, &cell.value);
    }
}

fn kind(value: &impl DataType) -> CellKind {
    if value.is_error() {
        CellKind::Error
    } else if value.is_float() || value.is_int() {
        CellKind::Number
    } else if value.is_bool() {
        CellKind::Boolean
    } else if value.is_datetime() || value.is_datetime_iso() || value.is_duration_iso() {
        CellKind::Date
    } else {
        CellKind::Text
    }
}

/// Writes a value as a person would type it: a phone number in a numeric cell without exponent and
/// decimals, and a date with the year first. An error is written as nothing.
fn write_value(text: &mut String, value: &impl DataType) {
    let iso = || value.get_datetime_iso().or(value.get_duration_iso());
    let written = if let Some(value) = value.get_string().or_else(iso) {
        text.write_str(value)
    } else if let Some(value) = value.get_float() {
        write!(text, "{value}")
    } else if let Some(value) = value.get_int() {
        write!(text, "{value}")
    } else if let Some(value) = value.get_bool() {
        text.write_str(if value { "True" } else { "False" })
    } else if let Some(value) = value.get_datetime() {
        write_date(text, value)
    } else {
        Ok(())
    };
    debug_assert!(written.is_ok(), "a string takes every text");
}

fn write_date(text: &mut String, value: ExcelDateTime) -> std::fmt::Result {
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
