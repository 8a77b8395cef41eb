//! Staff lists for the tests: the shared fixtures, and files made on the spot.
#![allow(dead_code, reason = "each test file uses its part")]

use std::path::PathBuf;

use keepnet_staff_list::{Mapper, Sheet, SheetError, Validation};
use rust_xlsxwriter::Workbook;
use tempfile::TempDir;

/// A file of the repository's import fixtures.
pub(crate) fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures/import")
        .join(name)
}

/// A file in a folder of its own, deleted when dropped.
pub(crate) struct Made {
    pub(crate) path: PathBuf,
    _folder: TempDir,
}

pub(crate) fn made(name: &str, content: impl AsRef<[u8]>) -> Made {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    Made {
        path,
        _folder: folder,
    }
}

/// A workbook with the given worksheets, every cell a text.
pub(crate) fn workbook(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet().set_name(*name).unwrap();
        for (row, cells) in (0..).zip(*rows) {
            for (column, cell) in (0..).zip(*cells) {
                if !cell.is_empty() {
                    sheet.write_string(row, column, *cell).unwrap();
                }
            }
        }
    }
    book.save_to_buffer().unwrap()
}

pub(crate) fn check(path: impl AsRef<std::path::Path>) -> Result<(Sheet, Validation), SheetError> {
    let sheet = Sheet::open(path)?;
    let mapping = Mapper::new().map(&sheet)?;
    let checked = sheet.validate(&mapping)?;
    Ok((sheet, checked))
}

/// An old workbook whose only named stream is `name`, holding `stream`.
pub(crate) fn compound(name: &str, stream: &[u8]) -> Vec<u8> {
    const SECTOR: usize = 512;
    let sectors = stream.len().max(4096).div_ceil(SECTOR);
    let mut bytes = vec![0; SECTOR];
    bytes[..8].copy_from_slice(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    let mut put = |at: usize, value: u32| bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
    put(24, 0x0003_003E);
    put(28, 0x0009_FFFE);
    put(32, 6);
    put(44, 1);
    put(48, 1);
    put(56, 4096);
    put(60, 0xFFFF_FFFE);
    put(68, 0xFFFF_FFFE);
    put(76, 0);
    for further in 1..109 {
        put(76 + 4 * further, 0xFFFF_FFFF);
    }
    let mut table = vec![0xFFFF_FFFD_u32, 0xFFFF_FFFE];
    table.extend((0..sectors as u32).map(|sector| sector + 3));
    *table.last_mut().unwrap() = 0xFFFF_FFFE;
    table.resize(SECTOR / 4, 0xFFFF_FFFF);
    bytes.extend(table.iter().flat_map(|next| next.to_le_bytes()));
    for (entry, kind, start, size) in [
        ("Root Entry", 5, 0xFFFF_FFFE, 0),
        (name, 2, 2, sectors * SECTOR),
        ("", 0, 0, 0),
        ("", 0, 0, 0),
    ] {
        let mut record = [0; 128];
        for (at, unit) in entry.encode_utf16().enumerate() {
            record[2 * at..2 * at + 2].copy_from_slice(&unit.to_le_bytes());
        }
        record[64] = if entry.is_empty() {
            0
        } else {
            2 * entry.len() as u8 + 2
        };
        record[66] = kind;
        record[116..120].copy_from_slice(&u32::to_le_bytes(start));
        record[120..124].copy_from_slice(&(size as u32).to_le_bytes());
        bytes.extend(record);
    }
    bytes.extend(stream);
    bytes.resize(3 * SECTOR + sectors * SECTOR, 0);
    bytes
}
