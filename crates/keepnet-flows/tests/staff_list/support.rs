//! Staff lists for the tests: the shared fixtures, and files made on the spot.
#![allow(dead_code, reason = "each test file uses its part")]

use std::path::PathBuf;

use keepnet_flows::{Checked, Mapper, Sheet, SheetError};
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

pub(crate) fn check(path: impl AsRef<std::path::Path>) -> Result<(Sheet, Checked), SheetError> {
    let sheet = Sheet::open(path)?;
    let mapping = Mapper::new().map(&sheet)?;
    let checked = sheet.check(&mapping)?;
    Ok((sheet, checked))
}
