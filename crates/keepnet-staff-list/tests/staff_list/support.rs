//! Staff lists for the tests: the shared fixtures, and files that a test writes.
#![allow(dead_code, reason = "each test file uses its part")]

use std::io::{Cursor, Write as _};
use std::path::PathBuf;

use cfb::{CompoundFile, Version};
use keepnet_staff_list::{Encoding, Mapper, Sheet, SheetError, Validation};
use rust_xlsxwriter::Workbook;
use tempfile::TempDir;

/// A file of the repository's import fixtures.
pub(crate) fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures/import")
        .join(name)
}

/// A file in its own folder, deleted when dropped.
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

/// A workbook with the given worksheets, whose cells are all texts.
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

/// As [`check`], in an encoding that the file does not state.
pub(crate) fn check_in(
    path: impl AsRef<std::path::Path>,
    encoding: Encoding,
) -> Result<(Sheet, Validation), SheetError> {
    let sheet = Sheet::options().encoding(encoding).open(path)?;
    let checked = sheet.validate(&Mapper::new().map(&sheet)?)?;
    Ok((sheet, checked))
}

/// A file of the old format whose only stream is `name`, holding `stream`.
pub(crate) fn compound(name: &str, stream: &[u8]) -> Vec<u8> {
    compound_of(&[(name, stream)])
}

/// A file of the old format with these streams.
pub(crate) fn compound_of(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let memory = Cursor::new(Vec::new());
    let mut file = CompoundFile::create_with_version(Version::V3, memory).unwrap();
    for (name, content) in streams {
        let mut stream = file.create_stream(name).unwrap();
        stream.write_all(content).unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}
