//! The file of a snapshot: JSON, CSV or a workbook, which appears when it is complete.

use std::io::{self, Write as _};
use std::path::Path;

use keepnet_flows::BillingSnapshot;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};
use tempfile::NamedTempFile;

use crate::commands::ordinary_file::ensure_ordinary_file;
use crate::config::folder_of;
use crate::exit::{CliError, ExitStatus, Result};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UsageFormat {
    Json,
    Csv,
    Excel,
}

impl UsageFormat {
    /// The format by the name of the file.
    pub(super) fn of(path: &Path) -> Result<UsageFormat> {
        let extension = path
            .extension()
            .map(|it| it.to_string_lossy().to_lowercase());
        match extension.as_deref() {
            Some("json") => Ok(UsageFormat::Json),
            Some("csv") => Ok(UsageFormat::Csv),
            Some("xlsx") => Ok(UsageFormat::Excel),
            _ => {
                let problem = "the name says no format";
                let error = CliError::about_file(ExitStatus::Usage, path, problem);
                Err(error.with_hint("use a name that ends with .json, .csv or .xlsx"))
            }
        }
    }

    fn content(self, snapshot: &BillingSnapshot) -> Result<Vec<u8>> {
        match self {
            UsageFormat::Json => Ok(snapshot.to_json()?),
            // Excel takes a CSV file without this mark for the code page of the computer.
            UsageFormat::Csv => Ok(["\u{feff}".as_bytes(), &snapshot.to_csv()?].concat()),
            UsageFormat::Excel => workbook(snapshot).map_err(|error| {
                CliError::failed("the workbook cannot be written").with_source(error)
            }),
        }
    }
}

/// Refuses a path to which nothing can be saved, before the usage is read.
pub(super) fn ensure_writable(path: &Path) -> Result<()> {
    if path.is_dir() {
        let error = CliError::about_file(ExitStatus::Usage, path, "this is a folder");
        return Err(error.with_hint("name a file in it"));
    }
    ensure_ordinary_file(path)?;
    match NamedTempFile::new_in(folder_of(path)) {
        Ok(_) => Ok(()),
        Err(error) => Err(unwritable(path, error)),
    }
}

fn unwritable(path: &Path, error: io::Error) -> CliError {
    CliError::about_file(ExitStatus::Failed, path, "the file cannot be written").with_source(error)
}

/// Saves the snapshot under a temporary name beside `path`, and renames it. Returns its size in bytes.
pub(super) fn save(
    snapshot: &BillingSnapshot,
    path: &Path,
    format: UsageFormat,
    replaces: bool,
) -> Result<u64> {
    let content = format.content(snapshot)?;
    let written = || {
        let mut file = NamedTempFile::new_in(folder_of(path))?;
        file.write_all(&content)?;
        file.as_file().sync_all()?;
        match replaces {
            true => file.persist(path)?,
            false => file.persist_noclobber(path)?,
        };
        Ok(())
    };
    written().map_err(|error| unwritable(path, error))?;
    Ok(content.len() as u64)
}

/// The rows as text cells, so that nothing is a formula; the counts as numbers. A second sheet says what
/// the figures mean.
fn workbook(snapshot: &BillingSnapshot) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // The time of writing would make two files of the same usage differ.
    let properties = DocProperties::new();
    let time = ExcelDateTime::from_ymd(2026, 1, 1)?;
    workbook.set_properties(&properties.set_creation_datetime(&time));
    let sheet = workbook.add_worksheet();
    sheet.set_name("Usage")?;
    let headers = BillingSnapshot::COLUMNS;
    for (column, header) in (0..).zip(headers) {
        sheet.write_string(0, column, header)?;
    }
    for (row, cells) in (1..).zip(snapshot.rows()) {
        for (column, (cell, header)) in (0..).zip(cells.iter().zip(headers)) {
            let number = cell.parse::<u32>().ok();
            match number.filter(|_| header == "seats" || header.ends_with("users")) {
                Some(number) => sheet.write_number(row, column, number)?,
                None => sheet.write_string(row, column, cell)?,
            };
        }
    }
    let sheet = workbook.add_worksheet();
    sheet.set_name("Definitions")?;
    for (row, definition) in (0..).zip(&snapshot.definitions) {
        sheet.write_string(row, 0, definition)?;
    }
    workbook.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_is_that_of_the_name() {
        let check = |name: &str, expected: Option<UsageFormat>| {
            assert_eq!(UsageFormat::of(Path::new(name)).ok(), expected, "{name}");
        };
        check("usage.json", Some(UsageFormat::Json));
        check("a/USAGE.CSV", Some(UsageFormat::Csv));
        check("usage.xlsx", Some(UsageFormat::Excel));
        check("usage.xls", None);
        check("usage", None);
    }

    #[test]
    fn two_workbooks_of_one_snapshot_are_the_same() {
        let text = br#"{"month":"2026-11","definitions":[],"companies":[{"id":"a","name":"=A",
            "users":3}]}"#;
        let snapshot = BillingSnapshot::from_json(text).unwrap();
        let first = workbook(&snapshot).unwrap();
        assert!(first == workbook(&snapshot).unwrap());
    }
}
