//! The files of a report: lists of rows with the columns of the staff list.
//!
//! Reports of imports, of synchronizations and of added users are written by it.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{self, BufWriter, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use keepnet_staff_list::{ProblemKind, RowProblem, Sheet, escape_formula};
use serde::Serialize;
use tempfile::NamedTempFile;

use crate::error::of_sheet;
use crate::{Error, ErrorKind, Result};

/// The header of the column with the problems. An import of the list maps no field to it.
pub(crate) const REASON: &str = "Rejected because";

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
fn reasons(rejected: &[RowProblem]) -> HashMap<u32, String> {
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

/// A list of rows in a report.
pub(crate) struct RowList {
    /// The name of its file.
    pub(crate) name: &'static str,
    /// Whether the problems of a row are in an additional last column.
    pub(crate) has_reasons: bool,
}

/// Writes the rows of the staff list into lists, with its columns, and returns the paths of the lists.
/// `list_of` says into which one a row goes, if any.
///
/// # Errors
///
/// [`ErrorKind::Conflict`] if `sheet` has another content than `sha256`; `role` is what an error says of
/// the right one.
pub(crate) fn save_rows<const N: usize>(
    folder: &Path,
    (sheet, sha256, role): (&Sheet, &str, &str),
    lists: &[RowList; N],
    rejected: &[RowProblem],
    list_of: impl Fn(u32) -> Option<usize>,
) -> Result<[PathBuf; N]> {
    let failed = |error| io_error(folder, error);
    if sheet.sha256() != sha256 {
        let problem = format!("{} is not the {role}", sheet.file_name());
        return Err(Error::new(ErrorKind::Conflict, problem));
    }
    let columns = columns(sheet);
    let reasons = reasons(rejected);
    let mut writers = Vec::with_capacity(N);
    for list in lists {
        let mut writer = begin_list(folder).map_err(failed)?;
        let headers = columns.iter();
        let headers = headers.map(|column| escape_formula(sheet.headers()[*column].name()));
        let reason = list.has_reasons.then(|| REASON.into());
        write_record(&mut writer, headers.chain(reason)).map_err(failed)?;
        writers.push(writer);
    }
    let mut written = Ok(());
    let rows = sheet.for_each_row(|row| {
        if let Some(list) = list_of(row.number()) {
            let reason = reasons.get(&row.number()).map_or("", String::as_str);
            let reason = lists[list].has_reasons.then(|| escape_formula(reason));
            let cells = columns.iter();
            let cells = cells.map(|column| escape_formula(row.text(*column)));
            written = write_record(&mut writers[list], cells.chain(reason));
        }
        match written {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    });
    rows.map_err(of_sheet)?;
    written.map_err(failed)?;
    let paths = std::array::from_fn(|list| folder.join(lists[list].name));
    for (writer, path) in writers.into_iter().zip(&paths) {
        finish_list(writer, path)?;
    }
    Ok(paths)
}

/// Gives a complete list its name.
pub(crate) fn finish_list(list: List, path: &Path) -> Result<()> {
    let writer = list.into_inner();
    let writer = writer.map_err(|error| io_error(path, error.into_error()))?;
    persist(writer, path)
}

/// The columns to write. A corrected list has the problems of the last import, which are left out.
fn columns(sheet: &Sheet) -> Vec<usize> {
    let headers = sheet.headers().iter();
    headers
        .filter(|header| header.name() != REASON)
        .map(|header| header.position())
        .collect()
}

/// Begins a list.
pub(crate) fn begin_list(folder: &Path) -> io::Result<List> {
    let mut file = temporary(folder)?;
    file.write_all(BYTE_ORDER_MARK)?;
    Ok(csv::WriterBuilder::new().flexible(true).from_writer(file))
}

/// A temporary file beside the files of the report, readable by its owner only.
fn temporary(folder: &Path) -> io::Result<BufWriter<NamedTempFile>> {
    NamedTempFile::new_in(folder).map(BufWriter::new)
}

/// Gives a complete file its name; no existing file is replaced.
fn persist(writer: BufWriter<NamedTempFile>, path: &Path) -> Result<()> {
    let file = writer.into_inner().map_err(|error| error.into_error());
    let persisted = file.and_then(|file| file.persist_noclobber(path).map_err(|error| error.error));
    persisted.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => exists(path),
        _ => io_error(path, error),
    })?;
    Ok(())
}

/// Refuses a folder that has one of the files already.
fn ensure_absent(folder: &Path, names: &[&str]) -> Result<()> {
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

/// The rows with problems, none of which is a repeated e-mail address.
pub(crate) fn correctable(rejected: &[RowProblem]) -> HashSet<u32> {
    let is_duplicate =
        |problem: &&RowProblem| matches!(problem.kind, ProblemKind::Duplicate { .. });
    let rows = |problem: &RowProblem| problem.row;
    let duplicates: HashSet<u32> = rejected
        .iter()
        .filter(is_duplicate)
        .filter_map(rows)
        .collect();
    let mut correctable: HashSet<u32> = rejected.iter().filter_map(rows).collect();
    correctable.retain(|row| !duplicates.contains(row));
    correctable
}
