//! The result of an import as files.

use std::collections::HashMap;
use std::fs;
use std::io::{self, BufWriter, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use keepnet_staff_list::{Row, Sheet, escape_formula};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::receipt::Receipt;
use crate::error::{Error, ErrorKind, Result, of_sheet};
use crate::import::digest;
use keepnet_staff_list::RowProblem;

const DOING: &str = "saving the report of the import";
/// Spreadsheet programs take a CSV file for one of their own encoding without it.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The files that [`Receipt::save_report`] wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ReportFiles {
    /// `report.json`, an [`ImportReport`](crate::ImportReport).
    pub report: PathBuf,
    /// `imported.csv`; null where the file was not at hand.
    pub imported: Option<PathBuf>,
    /// `rejected.csv`; null where the file was not at hand.
    pub rejected: Option<PathBuf>,
}

impl Receipt {
    /// The header of the column in `rejected.csv` that says what is wrong. No field is filled from
    /// it when that file is imported.
    pub const REASON: &'static str = "Rejected because";

    /// Writes what the import did into a folder, which is created where it is missing:
    ///
    /// - `imported.csv`: the rows that were imported;
    /// - `rejected.csv`: the rows that were not, with what is wrong in a last column; mended, it can
    ///   be imported as it is;
    /// - `report.json`: the counts and the problems, without people.
    ///
    /// Both lists have the columns of the file, in UTF-8, and guard cells that a spreadsheet program
    /// would take for a formula; an import takes the guard off again. Rows that the mode left out
    /// are in neither. Each file is written under a temporary name, readable by its owner alone, and
    /// renamed when it is whole; one that is there is replaced.
    ///
    /// The file is read once more, which takes as long as its check: without it, only the report is
    /// written. Where more problems were found than are kept
    /// ([`Validation::KEPT_PROBLEMS`](crate::Validation::KEPT_PROBLEMS)), the reasons of the later rows
    /// are missing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] if the file is not the one that was imported, [`ErrorKind::Sheet`] if
    /// it cannot be read, [`ErrorKind::Io`] if the folder cannot be written.
    pub fn save_report(
        &self,
        folder: impl AsRef<Path>,
        sheet: Option<&Sheet>,
    ) -> Result<ReportFiles> {
        let folder = folder.as_ref();
        fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
        let lists = sheet.map(|sheet| self.save_lists(folder, sheet));
        let (imported, rejected) = lists.transpose()?.unzip();
        let report = folder.join("report.json");
        let mut writer = temporary(folder)?;
        serde_json::to_writer_pretty(&mut writer, &self.report())
            .map_err(io::Error::from)
            .and_then(|()| writer.write_all(b"\n"))
            .map_err(|error| failed(folder, error))?;
        persist(writer, &report)?;
        Ok(ReportFiles {
            report,
            imported,
            rejected,
        })
    }

    fn save_lists(&self, folder: &Path, sheet: &Sheet) -> Result<(PathBuf, PathBuf)> {
        let same = digest::of_file(sheet.path()).map(|sha256| sha256 == self.sha256);
        if !same.map_err(|error| failed(sheet.path(), error))? {
            let problem = format!(
                "{} is not the file that was imported",
                sheet.path().display()
            );
            return Err(Error::new(ErrorKind::Conflict, problem)
                .with_action(DOING)
                .with_company(&self.company));
        }
        let mut lists = Lists {
            receipt: self,
            reasons: reasons(&self.rejected),
            columns: columns(sheet),
            imported: list(folder)?,
            rejected: list(folder)?,
        };
        let mut outcome = lists.headers(sheet);
        if outcome.is_ok() {
            sheet
                .for_each_row(|row| {
                    outcome = lists.row(row);
                    match outcome {
                        Ok(()) => ControlFlow::Continue(()),
                        Err(_) => ControlFlow::Break(()),
                    }
                })
                .map_err(of_sheet)?;
        }
        outcome.map_err(|error| failed(folder, error))?;
        let paths = (folder.join("imported.csv"), folder.join("rejected.csv"));
        for (list, path) in [(lists.imported, &paths.0), (lists.rejected, &paths.1)] {
            let writer = list.into_inner();
            let writer = writer.map_err(|error| failed(folder, error.into_error()))?;
            persist(writer, path)?;
        }
        Ok(paths)
    }
}

type List = csv::Writer<BufWriter<NamedTempFile>>;

/// The two lists, on their way through the rows.
struct Lists<'a> {
    receipt: &'a Receipt,
    reasons: HashMap<u32, String>,
    columns: Vec<usize>,
    imported: List,
    rejected: List,
}

impl Lists<'_> {
    fn headers(&mut self, sheet: &Sheet) -> io::Result<()> {
        for list in [&mut self.imported, &mut self.rejected] {
            for column in &self.columns {
                let header = escape_formula(sheet.headers()[*column].name());
                list.write_field(header.as_bytes())?;
            }
        }
        self.imported.write_record(None::<&[u8]>)?;
        self.rejected.write_field(Receipt::REASON)?;
        self.rejected.write_record(None::<&[u8]>)?;
        Ok(())
    }

    fn row(&mut self, row: &Row) -> io::Result<()> {
        let number = row.number();
        if self.receipt.left_out_rows.contains(number) {
            return Ok(());
        }
        let is_imported = self.receipt.imported_rows.contains(number);
        let list = match is_imported {
            true => &mut self.imported,
            false => &mut self.rejected,
        };
        for column in &self.columns {
            list.write_field(escape_formula(row.text(*column)).as_bytes())?;
        }
        if !is_imported {
            let reason = self.reasons.get(&number).map_or("", String::as_str);
            list.write_field(escape_formula(reason).as_bytes())?;
        }
        list.write_record(None::<&[u8]>)?;
        Ok(())
    }
}

/// What is wrong with each row, in one text.
fn reasons(rejected: &[RowProblem]) -> HashMap<u32, String> {
    let mut reasons: HashMap<u32, String> = HashMap::new();
    for problem in rejected {
        let Some(row) = problem.row else { continue };
        let reason = reasons.entry(row).or_default();
        if !reason.is_empty() {
            reason.push_str("; ");
        }
        if let Some(column) = problem.column.as_deref().filter(|name| !name.is_empty()) {
            reason.push_str(column);
            reason.push_str(": ");
        }
        reason.push_str(&problem.message());
    }
    reasons
}

/// The columns to write: a mended list has the reasons of the last time, which are left out.
fn columns(sheet: &Sheet) -> Vec<usize> {
    let headers = sheet.headers().iter();
    headers
        .filter(|header| header.name() != Receipt::REASON)
        .map(|header| header.position())
        .collect()
}

fn list(folder: &Path) -> Result<List> {
    let mut file = temporary(folder)?;
    file.write_all(BYTE_ORDER_MARK)
        .map_err(|error| failed(folder, error))?;
    Ok(csv::WriterBuilder::new().flexible(true).from_writer(file))
}

fn temporary(folder: &Path) -> Result<BufWriter<NamedTempFile>> {
    let file = NamedTempFile::new_in(folder).map_err(|error| failed(folder, error))?;
    Ok(BufWriter::new(file))
}

fn persist(writer: BufWriter<NamedTempFile>, path: &Path) -> Result<()> {
    let file = writer.into_inner().map_err(|error| error.into_error());
    let persisted = file.and_then(|file| file.persist(path).map_err(|error| error.error));
    persisted.map_err(|error| failed(path, error))?;
    Ok(())
}

fn failed(path: &Path, error: io::Error) -> Error {
    let problem = format!("{} cannot be read or written", path.display());
    Error::new(ErrorKind::Io, problem)
        .with_action(DOING)
        .with_source(error)
}
