//! The file that is sent to the service.

use std::collections::HashSet;
use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use crate::columns::MappedColumn;
use crate::field::Field;
use crate::read::{Row, Sheet, SheetError, one_line};
use crate::validate::{Validation, normalized_value};

/// The file that is sent to the service, and how its columns are named.
///
/// The original file is sent where the service is known to read it as it was
/// checked. Otherwise a temporary UTF-8 CSV file takes its place, with the
/// mapped columns and the valid rows only: the service reads the first
/// worksheet alone, and what it makes of other encodings and of bad rows is
/// not known. The temporary file is deleted when the upload is dropped.
pub struct Upload {
    content: Content,
    file_name: String,
    columns: Vec<(String, Field)>,
    rows: u64,
}

enum Content {
    Original(PathBuf),
    Rewritten(TempPath),
}

impl Upload {
    /// The file to read and send.
    pub fn path(&self) -> &Path {
        match &self.content {
            Content::Original(path) => path,
            Content::Rewritten(path) => path,
        }
    }

    /// The name to send it under.
    pub fn file_name(&self) -> &str {
        &self.file_name
    }

    /// Each mapped column as it is named in this file, and the field it fills.
    pub fn columns(&self) -> &[(String, Field)] {
        &self.columns
    }

    /// How many people are in the file.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Whether the file is the one that was checked, byte by byte.
    pub fn is_original(&self) -> bool {
        matches!(self.content, Content::Original(_))
    }

    pub(crate) fn prepare(sheet: &Sheet, checked: &Validation) -> Result<Upload, SheetError> {
        let rows = checked.counts().valid;
        if rows == 0 {
            return Err(SheetError::NothingToUpload {
                file: sheet.file_name().to_owned(),
            });
        }
        let positions = checked.mapping().positions(sheet)?;
        let mapped = checked.mapping().columns();
        if checked.is_clean()
            && sheet.is_as_the_service_reads()
            && headers_are_unique(sheet, mapped)
        {
            let header = |position: usize| sheet.headers()[position].text().to_owned();
            return Ok(Upload {
                content: Content::Original(sheet.path().to_owned()),
                file_name: sheet.file_name().to_owned(),
                columns: positions
                    .into_iter()
                    .map(header)
                    .zip(fields(mapped))
                    .collect(),
                rows,
            });
        }
        let columns = rewritten_columns(mapped);
        Ok(Upload {
            content: Content::Rewritten(rewrite(sheet, checked, &columns, &positions)?),
            file_name: csv_name(sheet.path()),
            columns,
            rows,
        })
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("path", &self.path())
            .field("file_name", &self.file_name)
            .field("columns", &self.columns)
            .field("rows", &self.rows)
            .field("is_original", &self.is_original())
            .finish()
    }
}

fn fields(mapped: &[MappedColumn]) -> impl Iterator<Item = Field> {
    mapped.iter().map(|column| column.field().clone())
}

/// Whether each mapped header names its column beyond doubt: a mapping refers to columns by header.
fn headers_are_unique(sheet: &Sheet, mapped: &[MappedColumn]) -> bool {
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

/// The headers to write: the file's own, or the field's name where a header is empty or taken.
fn rewritten_columns(mapped: &[MappedColumn]) -> Vec<(String, Field)> {
    let mut taken = HashSet::new();
    let mut columns = Vec::with_capacity(mapped.len());
    for column in mapped {
        let own = one_line(column.column());
        let mut name = if own.is_empty() {
            column.field().wire_name()
        } else {
            &own
        }
        .to_owned();
        while !taken.insert(name.to_lowercase()) {
            name = format!("{name} ({})", column.letter());
        }
        columns.push((name, column.field().clone()));
    }
    columns
}

fn rewrite(
    sheet: &Sheet,
    checked: &Validation,
    columns: &[(String, Field)],
    positions: &[usize],
) -> Result<TempPath, SheetError> {
    let failed = |source| SheetError::Temporary {
        file: sheet.file_name().to_owned(),
        source,
    };
    let temporary = tempfile::Builder::new()
        .prefix("keepnet-")
        .suffix(".csv")
        .tempfile()
        .map_err(failed)?;
    let (file, path) = temporary.into_parts();
    let mut writer = csv::Writer::from_writer(BufWriter::new(file));
    writer
        .write_record(columns.iter().map(|(name, _)| name))
        .map_err(|error| failed(error.into()))?;
    let mut outcome = Ok(());
    sheet.for_each_row(|row| {
        outcome = write_row(&mut writer, row, checked, columns, positions);
        if outcome.is_ok() {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    })?;
    outcome.and_then(|()| writer.flush()).map_err(failed)?;
    Ok(path)
}

fn write_row(
    writer: &mut csv::Writer<BufWriter<File>>,
    row: &Row,
    checked: &Validation,
    columns: &[(String, Field)],
    positions: &[usize],
) -> io::Result<()> {
    let cells = || {
        columns
            .iter()
            .zip(positions)
            .map(|((_, field), at)| (field, row.text(*at)))
    };
    let email = cells().find(|(field, _)| **field == Field::Email);
    if email.is_some_and(|(field, text)| {
        checked.is_valid_row(&normalized_value(field, text), row.number())
    }) {
        for (field, text) in cells() {
            writer.write_field(normalized_value(field, text).as_bytes())?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    Ok(())
}

fn csv_name(path: &Path) -> String {
    let stem = path
        .file_stem()
        .map(|stem| stem.to_string_lossy())
        .unwrap_or_default();
    format!("{stem}.csv")
}
