//! The files of a report: lists of rows with the columns of the staff list.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use keepnet_staff_list::{RowProblem, Sheet};
use serde::Serialize;
use tempfile::NamedTempFile;

use super::receipt::Receipt;
use crate::{Error, ErrorKind, Result};

/// Without it, spreadsheet programs read a CSV file in an encoding of their own.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A list that is being written under a temporary name.
pub(crate) type List = csv::Writer<BufWriter<NamedTempFile>>;

/// Writes a row.
pub(crate) fn write_record<'a>(
    list: &mut List,
    cells: impl Iterator<Item = Cow<'a, str>>,
) -> io::Result<()> {
    for cell in cells {
        list.write_field(cell.as_bytes())?;
    }
    list.write_record(None::<&[u8]>)?;
    Ok(())
}

/// The problems of each row, in one text.
pub(crate) fn reasons(rejected: &[RowProblem]) -> HashMap<u32, String> {
    let mut reasons: HashMap<u32, String> = HashMap::new();
    for problem in rejected {
        let Some(row) = problem.row else { continue };
        let reason = reasons.entry(row).or_default();
        if !reason.is_empty() {
            *reason += "; ";
        }
        if let Some(column) = problem.column.as_deref().filter(|name| !name.is_empty()) {
            *reason += &format!("{column}: ");
        }
        *reason += &problem.message();
    }
    reasons
}

/// The columns to write. A corrected list has the problems of the last import, which are left out.
pub(crate) fn columns(sheet: &Sheet) -> Vec<usize> {
    let headers = sheet.headers().iter();
    headers
        .filter(|header| header.name() != Receipt::REASON)
        .map(|header| header.position())
        .collect()
}

/// Begins a list.
pub(crate) fn list(folder: &Path) -> io::Result<List> {
    let mut file = temporary(folder)?;
    file.write_all(BYTE_ORDER_MARK)?;
    Ok(csv::WriterBuilder::new().flexible(true).from_writer(file))
}

/// A temporary file beside the files of the report, readable by its owner only.
pub(crate) fn temporary(folder: &Path) -> io::Result<BufWriter<NamedTempFile>> {
    NamedTempFile::new_in(folder).map(BufWriter::new)
}

/// Gives a complete file its name; no existing file is replaced.
pub(crate) fn persist(writer: BufWriter<NamedTempFile>, path: &Path) -> Result<()> {
    let file = writer.into_inner().map_err(|error| error.into_error());
    let persisted = file.and_then(|file| file.persist_noclobber(path).map_err(|error| error.error));
    persisted.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => exists(path),
        _ => io_error(path, error),
    })?;
    Ok(())
}

/// Refuses a folder that has one of the files already.
pub(crate) fn ensure_absent(folder: &Path, names: &[&str]) -> Result<()> {
    for name in names {
        let path = folder.join(name);
        if path.symlink_metadata().is_ok() {
            return Err(exists(&path));
        }
    }
    Ok(())
}

fn exists(path: &Path) -> Error {
    let problem = format!("{} exists already", path.display());
    Error::new(ErrorKind::Conflict, problem).with_hint("choose another folder for the report")
}

/// The error of a folder or file of a report.
pub(crate) fn io_error(path: &Path, error: io::Error) -> Error {
    let problem = format!("{} cannot be read or written", path.display());
    Error::new(ErrorKind::Io, problem).with_source(error)
}

/// Creates the folder if it is missing, and checks that these files can be saved in it.
pub(crate) fn prepare(folder: &Path, names: &[&str]) -> Result<()> {
    let failed = |error| io_error(folder, error);
    fs::create_dir_all(folder).map_err(failed)?;
    ensure_absent(folder, names)?;
    temporary(folder).map_err(failed)?;
    Ok(())
}

/// Saves the report as JSON.
pub(crate) fn save_json(folder: &Path, name: &str, report: &impl Serialize) -> Result<()> {
    let failed = |error| io_error(folder, error);
    let mut writer = temporary(folder).map_err(failed)?;
    serde_json::to_writer_pretty(&mut writer, report)
        .map_err(io::Error::from)
        .and_then(|()| writer.write_all(b"\n"))
        .map_err(failed)?;
    persist(writer, &folder.join(name))
}
