//! Rows from a workbook, cell by cell, with every size bounded before memory is spent.

use std::io::{Cursor, Read};

use calamine::{Data, DataRef, Reader, Xls, Xlsx};

use super::{ReadError, Sheet, TableBuilder};

/// What all parts of an `.xlsx` may inflate to.
const MOST_INFLATED: u64 = 1 << 30;
/// A sheet of real people packs to a twentieth; beyond this a large part is one cell blown up, which the
/// reader would hold as a whole.
const MOST_RATIO: u64 = 200;
/// Parts up to this size are no danger however well they pack.
const HARMLESS: u64 = 16 << 20;
/// The `.xls` reader lays a sheet out as a full rectangle, so the file is kept small.
const LARGEST_XLS: usize = 32 << 20;

/// Streams the cells of the first sheet. A rectangle is never laid out: a two-kilobyte file may
/// have a cell in the far corner of a sheet of seventeen thousand million.
pub(super) fn read_xlsx(bytes: Vec<u8>) -> Result<Sheet, ReadError> {
    check_inflated_size(&bytes, MOST_INFLATED)?;
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(|_| ReadError::Format)?;
    let names = workbook.sheet_names();
    let first = names.first().ok_or(ReadError::Format)?;
    let mut cells = workbook
        .worksheet_cells_reader(first)
        .map_err(|_| ReadError::Format)?;
    let mut rows = RowAssembler::default();
    while let Some(cell) = cells.next_cell().map_err(|_| ReadError::Format)? {
        let (row, column) = cell.get_position();
        rows.cell(row, column, || reference_text(cell.get_value()))?;
    }
    let table = rows.finish()?;
    Ok(Sheet { table, names })
}

pub(super) fn read_xls(bytes: Vec<u8>) -> Result<Sheet, ReadError> {
    if bytes.len() > LARGEST_XLS {
        return Err(ReadError::TooLarge(
            "32 MiB, the most for an .xls; save it as .xlsx",
        ));
    }
    let mut workbook = Xls::new(Cursor::new(bytes)).map_err(|_| ReadError::Format)?;
    let names = workbook.sheet_names();
    let first = names.first().ok_or(ReadError::Format)?;
    let range = workbook
        .worksheet_range(first)
        .map_err(|_| ReadError::Format)?;
    let mut builder = TableBuilder::default();
    for row in range.rows() {
        let cells: Vec<String> = row.iter().take(builder.width()).map(text).collect();
        builder.row(&cells)?;
    }
    Ok(Sheet {
        table: builder.finish(),
        names,
    })
}

/// Inflates every part into nothing: the sizes that a file declares need not be true.
fn check_inflated_size(bytes: &[u8], limit: u64) -> Result<(), ReadError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| ReadError::Format)?;
    let mut left = limit;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| ReadError::Format)?;
        if part.size() > left {
            return Err(ReadError::TooLarge("1 GiB when unpacked"));
        }
        let packed = part.compressed_size().max(1);
        let inflated = std::io::copy(&mut part.take(left + 1), &mut std::io::sink());
        let inflated = inflated.map_err(|_| ReadError::Format)?;
        if inflated > HARMLESS && inflated / packed > MOST_RATIO {
            return Err(ReadError::TooLarge("200 times what it is packed in"));
        }
        left = left
            .checked_sub(inflated)
            .ok_or(ReadError::TooLarge("1 GiB when unpacked"))?;
    }
    Ok(())
}

/// Puts cells that come in reading order together to rows.
#[derive(Default)]
struct RowAssembler {
    builder: TableBuilder,
    row: u32,
    cells: Vec<String>,
}

impl RowAssembler {
    fn cell(
        &mut self,
        row: u32,
        column: u32,
        text: impl FnOnce() -> String,
    ) -> Result<(), ReadError> {
        if row != self.row {
            self.end_row()?;
            self.row = row;
        }
        let column = column as usize;
        if column < self.builder.width() {
            if self.cells.len() <= column {
                self.cells.resize(column + 1, String::new());
            }
            self.cells[column] = text();
        }
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), ReadError> {
        self.builder.row(&self.cells)?;
        self.cells.clear();
        Ok(())
    }

    fn finish(mut self) -> Result<super::Table, ReadError> {
        self.end_row()?;
        Ok(self.builder.finish())
    }
}

fn reference_text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::String(text) => text.clone(),
        other => text(&Data::from(other.clone())),
    }
}

/// A cell as a person reads it; a phone number that was typed as a number has no decimal point.
fn text(value: &Data) -> String {
    match value {
        Data::Empty | Data::Error(_) => String::new(),
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
            format!("{number:.0}")
        }
        Data::Bool(true) => "True".to_owned(),
        Data::Bool(false) => "False".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::*;

    #[test]
    fn what_parts_inflate_to_is_measured_and_not_believed() {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for part in ["a", "b"] {
            writer
                .start_file(part, SimpleFileOptions::default())
                .unwrap();
            writer.write_all(&[b'x'; 5000]).unwrap();
        }
        let honest = writer.finish().unwrap().into_inner();
        let lying = replaced(&honest, &5000u32.to_le_bytes(), &5u32.to_le_bytes());
        assert_ne!(honest, lying);
        let check = |bytes: &[u8], limit: u64| check_inflated_size(bytes, limit).is_ok();
        assert!(check(&honest, 10_000));
        assert!(!check(&honest, 9_999), "the parts count together");
        assert!(!check(&lying, 9_999));
        assert!(!check(b"no archive", 9_999));
    }

    #[test]
    fn a_large_part_that_packs_to_nothing_is_refused_unread() {
        let packed = |size: usize| {
            let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
            writer
                .start_file("a", SimpleFileOptions::default())
                .unwrap();
            writer.write_all(&vec![b'x'; size]).unwrap();
            writer.finish().unwrap().into_inner()
        };
        let harmless = HARMLESS as usize;
        assert!(check_inflated_size(&packed(harmless), MOST_INFLATED).is_ok());
        let refused = check_inflated_size(&packed(harmless + 1), MOST_INFLATED);
        assert!(matches!(refused, Err(ReadError::TooLarge(_))));
    }

    fn replaced(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for start in 0..bytes.len() - old.len() {
            if bytes[start..].starts_with(old) {
                bytes[start..start + old.len()].copy_from_slice(new);
            }
        }
        bytes
    }
}
