//! The file that is sent to the service.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufWriter};
use std::ops::ControlFlow;
use std::path::Path;

use tempfile::{NamedTempFile, TempPath};

use crate::columns::MappedColumn;
use crate::error::SheetError;
use crate::field::Field;
use crate::read::{Row, Sheet};
use crate::text::one_line;
use crate::validate::Validation;

/// The file that is sent to the service, and how its columns are named.
///
/// It is a temporary file with what was validated, whatever has happened to the original since. It
/// has the bytes of the original if the service is known to read them as they were validated.
/// Otherwise it is a UTF-8 CSV file with the mapped columns and the valid rows: the service reads
/// only the first worksheet, and how it reads other encodings, invalid rows, and cells with numbers
/// and dates is unknown. The temporary file is deleted when the upload is dropped.
#[derive(Debug)]
pub struct Upload {
    /// Deletes the file when it is dropped.
    temporary: TempPath,
    is_original: bool,
    file_name: String,
    columns: Vec<(String, Field)>,
    rows: u64,
}

impl Upload {
    /// The file to read and send.
    pub fn path(&self) -> &Path {
        &self.temporary
    }

    /// The file name to send.
    pub fn file_name(&self) -> &str {
        &self.file_name
    }

    /// The header of each mapped column in this file, and the field that it fills.
    pub fn columns(&self) -> &[(String, Field)] {
        &self.columns
    }

    /// How many people are in the file.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Whether the file has the bytes of the validated one.
    pub fn is_original(&self) -> bool {
        self.is_original
    }
}

impl Validation {
    /// Prepares the file that is sent, from the sheet that was validated.
    ///
    /// # Errors
    ///
    /// [`SheetError::NothingToUpload`] if no row is valid, and [`SheetError::Temporary`] if a
    /// temporary file is needed and cannot be written.
    pub fn prepare_upload(&self, sheet: &Sheet) -> Result<Upload, SheetError> {
        let rows = self.counts().valid;
        if rows == 0 {
            return Err(SheetError::NothingToUpload {
                file: sheet.file_name().to_owned(),
            });
        }
        let positions = self.mapping().positions(sheet)?;
        let mapped = self.mapping().columns();
        if self.is_unchanged()
            && sheet.is_readable_by_service()
            && has_unique_headers(sheet, mapped)
        {
            let header = |position: &usize| sheet.headers()[*position].text().to_owned();
            let fields = mapped.iter().map(|column| column.field().clone());
            let mut file = temporary_file(sheet, sheet.format().extension())?;
            let copied = sheet.copy_to(file.as_file_mut());
            copied.map_err(|source| temporary_error(sheet, source))?;
            return Ok(Upload {
                temporary: file.into_temp_path(),
                is_original: true,
                file_name: sheet.file_name().to_owned(),
                columns: positions.iter().map(header).zip(fields).collect(),
                rows,
            });
        }
        let columns = csv_columns(mapped);
        let stem = Path::new(sheet.file_name()).file_stem().unwrap_or_default();
        Ok(Upload {
            temporary: write_csv(sheet, self, &columns, &positions)?,
            is_original: false,
            file_name: format!("{}.csv", stem.to_string_lossy()),
            columns,
            rows,
        })
    }
}

/// Whether each mapped header occurs once: the service finds a column by its header.
fn has_unique_headers(sheet: &Sheet, mapped: &[MappedColumn]) -> bool {
    mapped.iter().all(|column| {
        let same = |name: &str| name.eq_ignore_ascii_case(column.column());
        let times = sheet
            .headers()
            .iter()
            .filter(|header| same(header.name()))
            .count();
        !column.column().is_empty() && times == 1
    })
}

/// The columns of the CSV file. Their headers are those of the file; the name of the field replaces
/// an empty header, and the letter of the column distinguishes equal ones. A full name takes two
/// columns.
fn csv_columns(mapped: &[MappedColumn]) -> Vec<(String, Field)> {
    let mut taken = HashSet::new();
    let mut columns = Vec::with_capacity(mapped.len());
    for column in mapped {
        let own = one_line(column.column());
        let named: &[(&str, Field)] = match column.field() {
            Field::FullName => &[
                ("First Name", Field::FirstName),
                ("Last Name", Field::LastName),
            ],
            field if own.is_empty() => &[(field.wire_name(), field.clone())],
            field => &[(own.as_str(), field.clone())],
        };
        for (name, field) in named {
            let mut name = (*name).to_owned();
            while !taken.insert(name.to_lowercase()) {
                name = format!("{name} ({})", column.letter());
            }
            columns.push((name, field.clone()));
        }
    }
    columns
}

fn write_csv(
    sheet: &Sheet,
    validation: &Validation,
    columns: &[(String, Field)],
    positions: &[usize],
) -> Result<TempPath, SheetError> {
    let failed = |source| temporary_error(sheet, source);
    let (file, path) = temporary_file(sheet, "csv")?.into_parts();
    let mut writer = csv::Writer::from_writer(BufWriter::new(file));
    writer
        .write_record(columns.iter().map(|(name, _)| name))
        .map_err(|error| failed(error.into()))?;
    let mut outcome = Ok(());
    sheet.for_each_row(|row| {
        outcome = write_row(&mut writer, row, validation, positions);
        if outcome.is_ok() {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    })?;
    outcome.and_then(|()| writer.flush()).map_err(failed)?;
    Ok(path)
}

fn temporary_file(sheet: &Sheet, extension: &str) -> Result<NamedTempFile, SheetError> {
    tempfile::Builder::new()
        .prefix("keepnet-")
        .suffix(&format!(".{extension}"))
        .tempfile()
        .map_err(|source| temporary_error(sheet, source))
}

fn temporary_error(sheet: &Sheet, source: io::Error) -> SheetError {
    SheetError::Temporary {
        file: sheet.file_name().to_owned(),
        source,
    }
}

fn write_row(
    writer: &mut csv::Writer<BufWriter<File>>,
    row: &Row,
    validation: &Validation,
    positions: &[usize],
) -> io::Result<()> {
    let values = || validation.mapping().values(row, positions);
    let email = values().find(|(field, _)| **field == Field::Email);
    if email.is_some_and(|(_, email)| validation.is_valid_row(&email, row.number())) {
        for (_, value) in values() {
            writer.write_field(value.as_bytes())?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    Ok(())
}
