//! An open workbook.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::ops::ControlFlow;

use calamine::{Data, Ods, Range, Reader, SheetType, SheetVisible, Xls, Xlsx};

use super::archive;
use super::calamine_error::{catch_panic, ods_error, xls_error, xlsx_error};
use super::cells::{CellReader, FormatTable, has_content, read_formats, set_cell, set_value};
use super::layout::{Layout, ROWS, read_layout};
use super::ole::extract_workbook;
use crate::error::SheetError;
use crate::limits::Limits;
use crate::read::format::Format;
use crate::read::row::Row;
use crate::read::scan::Scan;

/// An open workbook.
pub(in crate::read) struct Workbook {
    pub(in crate::read) format: Format,
    /// In the order of the tabs.
    pub(in crate::read) worksheets: Vec<Worksheet>,
    content: Content,
}

enum Content {
    /// Read from the file cell by cell, in each scan.
    Streamed(Box<Streamed>),
    /// Held in memory, because the format cannot be read cell by cell.
    InMemory {
        sheets: Vec<(String, Range<Data>)>,
        /// In the order of the tabs.
        layouts: Vec<Layout>,
    },
}

struct Streamed {
    book: Xlsx<BufReader<File>>,
    /// Set for the chosen worksheet if it shows numbers with additional zeros or signs.
    formats: Option<FormatTable>,
}

/// A worksheet of a workbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::read) struct Worksheet {
    pub(in crate::read) name: String,
    /// The position of its tab, from 0.
    pub(in crate::read) index: usize,
    pub(in crate::read) visible: bool,
}

impl Workbook {
    pub(in crate::read) fn open_zip(
        mut file: File,
        name: &str,
        limits: &Limits,
    ) -> Result<Workbook, SheetError> {
        let (format, layouts) = archive::inspect(BufReader::new(&mut file), name, limits)?;
        file.rewind()
            .map_err(|source| SheetError::unreadable(name, source))?;
        let reader = BufReader::new(file);
        if format == Format::Xlsx {
            let book = catch_panic(name, || Xlsx::new(reader))?
                .map_err(|error| xlsx_error(name, error))?;
            return Ok(Workbook {
                format,
                worksheets: worksheets(book.sheets_metadata()),
                content: Content::Streamed(Box::new(Streamed {
                    book,
                    formats: None,
                })),
            });
        }
        let book = catch_panic(name, || Ods::new(reader))?
            .map_err(|error| ods_error(name, limits, error))?;
        Ok(Workbook::in_memory(book, format, layouts))
    }

    pub(in crate::read) fn open_ole(
        mut file: File,
        name: &str,
        limits: &Limits,
    ) -> Result<Workbook, SheetError> {
        let (reader, layouts) = extract_workbook(&mut file, name, limits)?;
        let book =
            catch_panic(name, || Xls::new(reader))?.map_err(|error| xls_error(name, error))?;
        Ok(Workbook::in_memory(book, Format::Xls, layouts))
    }

    fn in_memory<S: Read + Seek>(
        mut book: impl Reader<S>,
        format: Format,
        layouts: Vec<Layout>,
    ) -> Workbook {
        let worksheets = worksheets(book.sheets_metadata());
        let range = |sheet: &Worksheet| {
            let range = book.worksheet_range(&sheet.name).unwrap_or_default();
            (sheet.name.clone(), range)
        };
        let content = Content::InMemory {
            sheets: worksheets.iter().map(range).collect(),
            layouts,
        };
        Workbook {
            format,
            worksheets,
            content,
        }
    }

    /// Shows every row that is not blank to `visit`, cut to the width of the scan.
    pub(in crate::read) fn scan(
        &mut self,
        worksheet: &str,
        scan: &Scan<'_>,
        visit: &mut dyn FnMut(&Row) -> ControlFlow<()>,
    ) -> Result<(), SheetError> {
        match &mut self.content {
            Content::Streamed(streamed) => scan_cells(streamed, worksheet, scan, visit),
            Content::InMemory { sheets, .. } => sheets
                .iter()
                .filter(|(name, _)| name == worksheet)
                .try_for_each(|(_, range)| scan_range(range, scan, visit)),
        }
    }

    /// The layout of the chosen worksheet; `file` is the workbook.
    pub(in crate::read) fn layout(
        &mut self,
        file: &File,
        worksheet: &Worksheet,
        scan: &Scan<'_>,
    ) -> Result<Layout, SheetError> {
        match &mut self.content {
            Content::Streamed(_) => {
                let file = file.try_clone();
                let file = file.map_err(|source| SheetError::unreadable(scan.file, source))?;
                Ok(read_layout(file, &worksheet.name))
            }
            Content::InMemory { layouts, .. } => {
                let layout = layouts.get_mut(worksheet.index).map(std::mem::take);
                Ok(layout.unwrap_or_default())
            }
        }
    }

    /// Chooses a worksheet: the others are dropped from memory, and the number formats of a streamed
    /// one are read.
    pub(in crate::read) fn choose_worksheet(
        &mut self,
        worksheet: &str,
        scan: &Scan<'_>,
    ) -> Result<(), SheetError> {
        match &mut self.content {
            Content::Streamed(streamed) => {
                streamed.formats = read_formats(&mut streamed.book, worksheet, scan)?;
            }
            Content::InMemory { sheets, .. } => sheets.retain(|(name, _)| name == worksheet),
        }
        Ok(())
    }
}

fn scan_cells(
    streamed: &mut Streamed,
    worksheet: &str,
    scan: &Scan<'_>,
    visit: &mut dyn FnMut(&Row) -> ControlFlow<()>,
) -> Result<(), SheetError> {
    let Streamed { book, formats } = streamed;
    let mut cells = CellReader::open(book, worksheet, scan.file)?;
    let mut row = Row::default();
    let mut current = None;
    while let Some(cell) = cells.next(formats.as_ref())? {
        let (line, column) = cell.position;
        if line >= ROWS {
            return Err(scan.damaged("a row has an impossible number"));
        }
        if current != Some(line) {
            if current.is_some_and(|last| last > line) {
                return Err(scan.damaged("its rows are not in order"));
            }
            if !row.is_blank() && visit(&row).is_break() {
                return Ok(());
            }
            row.restart(line + 1);
            current = Some(line);
        }
        let column = column as usize;
        if column < scan.width {
            set_cell(&mut row, column, &cell);
            scan.ensure_cell_fits(&row, column)?;
        } else if cell.has_content() {
            row.add_more();
        }
    }
    if !row.is_blank() && visit(&row).is_break() {
        return Ok(());
    }
    cells.finish()
}

fn scan_range(
    range: &Range<Data>,
    scan: &Scan<'_>,
    visit: &mut dyn FnMut(&Row) -> ControlFlow<()>,
) -> Result<(), SheetError> {
    let Some((top, left)) = range.start() else {
        return Ok(());
    };
    let mut row = Row::default();
    for (line, cells) in (top..).zip(range.rows()) {
        row.restart(line + 1);
        for (column, cell) in (left as usize..scan.width).zip(cells) {
            set_value(&mut row, column, cell);
            scan.ensure_cell_fits(&row, column)?;
        }
        let mut rest = cells.iter().skip(scan.width.saturating_sub(left as usize));
        if rest.any(has_content) {
            row.add_more();
        }
        if !row.is_blank() && visit(&row).is_break() {
            break;
        }
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
