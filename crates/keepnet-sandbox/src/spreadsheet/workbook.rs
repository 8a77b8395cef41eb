//! Reading a workbook cell by cell, with a limit on every size before memory is allocated.

use std::io::{Cursor, Read};

use calamine::{Data, DataRef, Reader, Xls, Xlsx};
use zip::ZipArchive;

use super::error::ReadError;
use super::table::{Sheet, TableBuilder};

/// The most that all parts of an `.xlsx` may unpack to, in bytes.
const MAX_UNPACKED_SIZE: u64 = 1 << 30;
/// A sheet with real users compresses to a twentieth. A large part with a much higher ratio is one
/// huge cell, which the reader would hold in memory as a whole.
const MAX_COMPRESSION_RATIO: u64 = 200;
/// The ratio of smaller parts is not checked.
const MAX_UNCHECKED_SIZE: u64 = 16 << 20;
/// The `.xls` reader allocates the full rectangle of a sheet, so only small files are accepted.
const MAX_XLS_SIZE: usize = 32 << 20;

/// Streams the cells of the first sheet, without allocating the rectangle: a file of two kilobytes
/// may have a cell in the last row and column of a sheet.
pub(super) fn read_xlsx(bytes: &[u8]) -> Result<Sheet, ReadError> {
    check_unpacked_size(bytes, MAX_UNPACKED_SIZE)?;
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(|_| ReadError::Format)?;
    let names = workbook.sheet_names();
    let first = names.first().ok_or(ReadError::Format)?;
    let cells = workbook.worksheet_cells_reader(first);
    let mut cells = cells.map_err(|_| ReadError::Format)?;
    let mut builder = TableBuilder::default();
    let mut row = Vec::new();
    let mut row_number = 0;
    while let Some(cell) = cells.next_cell().map_err(|_| ReadError::Format)? {
        let (number, column) = cell.get_position();
        if number != row_number {
            builder.row(&row)?;
            row.clear();
            row_number = number;
        }
        let column = column as usize;
        if column < builder.width() {
            row.resize(row.len().max(column + 1), String::new());
            row[column] = match cell.get_value() {
                DataRef::SharedString(text) => (*text).to_owned(),
                DataRef::String(text) => text.clone(),
                other => cell_text(&Data::from(other.clone())),
            };
        }
    }
    builder.row(&row)?;
    Ok(Sheet {
        table: builder.finish(),
        names,
    })
}

pub(super) fn read_xls(bytes: &[u8]) -> Result<Sheet, ReadError> {
    if bytes.len() > MAX_XLS_SIZE {
        return Err(ReadError::TooLarge("32 MiB for an .xls; save it as .xlsx"));
    }
    let mut workbook = Xls::new(Cursor::new(bytes)).map_err(|_| ReadError::Format)?;
    let names = workbook.sheet_names();
    let first = names.first().ok_or(ReadError::Format)?;
    let range = workbook.worksheet_range(first);
    let mut builder = TableBuilder::default();
    for row in range.map_err(|_| ReadError::Format)?.rows() {
        let cells: Vec<String> = row.iter().take(builder.width()).map(cell_text).collect();
        builder.row(&cells)?;
    }
    Ok(Sheet {
        table: builder.finish(),
        names,
    })
}

/// Unpacks every part without keeping it, because the sizes that a file declares may be false.
fn check_unpacked_size(bytes: &[u8], limit: u64) -> Result<(), ReadError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| ReadError::Format)?;
    let mut left = limit;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| ReadError::Format)?;
        if part.size() > left {
            return Err(ReadError::TooLarge("1 GiB when unpacked"));
        }
        let packed = part.compressed_size().max(1);
        let unpacked = std::io::copy(&mut part.take(left + 1), &mut std::io::sink());
        let unpacked = unpacked.map_err(|_| ReadError::Format)?;
        if unpacked > MAX_UNCHECKED_SIZE && unpacked / packed > MAX_COMPRESSION_RATIO {
            return Err(ReadError::TooLarge("200 times its packed size"));
        }
        left = left
            .checked_sub(unpacked)
            .ok_or(ReadError::TooLarge("1 GiB when unpacked"))?;
    }
    Ok(())
}

/// The text of a cell as a person reads it; a phone number that was typed as a number has no decimal
/// point.
fn cell_text(value: &Data) -> String {
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
    fn unpacked_size_is_measured_not_read() {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for part in ["a", "b"] {
            writer
                .start_file(part, SimpleFileOptions::default())
                .unwrap();
            writer.write_all(&[b'x'; 5000]).unwrap();
        }
        let honest = writer.finish().unwrap().into_inner();
        let lying = replace(&honest, &5000u32.to_le_bytes(), &5u32.to_le_bytes());
        assert_ne!(honest, lying);
        let check = |bytes: &[u8], limit: u64| check_unpacked_size(bytes, limit).is_ok();
        assert!(check(&honest, 10_000));
        assert!(
            !check(&honest, 9_999),
            "the limit is for all parts together"
        );
        assert!(!check(&lying, 9_999));
        assert!(!check(b"no archive", 9_999));
    }

    #[test]
    fn extreme_compression_ratio_is_refused() {
        let packed = |size: usize| {
            let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
            writer
                .start_file("a", SimpleFileOptions::default())
                .unwrap();
            writer.write_all(&vec![b'x'; size]).unwrap();
            writer.finish().unwrap().into_inner()
        };
        let unchecked = MAX_UNCHECKED_SIZE as usize;
        assert!(check_unpacked_size(&packed(unchecked), MAX_UNPACKED_SIZE).is_ok());
        let refused = check_unpacked_size(&packed(unchecked + 1), MAX_UNPACKED_SIZE);
        assert!(matches!(refused, Err(ReadError::TooLarge(_))));
    }

    fn replace(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for start in 0..bytes.len() - old.len() {
            if bytes[start..].starts_with(old) {
                bytes[start..start + old.len()].copy_from_slice(new);
            }
        }
        bytes
    }
}
