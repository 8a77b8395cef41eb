//! The result of an import as files.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use keepnet_staff_list::{ProblemKind, Row, RowProblem, Sheet, escape_formula};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::list_files::{
    List, columns, ensure_absent, io_error, list, persist, prepare, reasons, save_json,
    write_record,
};
use super::receipt::Receipt;
use crate::error::of_sheet;
use crate::{Error, ErrorKind, Result};

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
    /// `duplicates.csv`; null where the file was not at hand.
    pub duplicates: Option<PathBuf>,
}

const REPORT: &str = "report.json";
const IMPORTED: &str = "imported.csv";
const REJECTED: &str = "rejected.csv";
const DUPLICATES: &str = "duplicates.csv";
const NAMES: [&str; 4] = [REPORT, IMPORTED, REJECTED, DUPLICATES];

impl ReportFiles {
    /// Creates the folder if it is missing, and checks that a report can be saved in it. Call it
    /// before an import, whose report would otherwise be lost.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] if one of the files exists, [`ErrorKind::Io`] if the folder cannot be
    /// written.
    pub fn prepare_folder(folder: impl AsRef<Path>) -> Result<()> {
        prepare(folder.as_ref(), &NAMES)
    }
}

impl Receipt {
    /// The header of the column with the problems in `rejected.csv`. An import of that file maps no
    /// field to it.
    pub const REASON: &'static str = "Rejected because";

    /// Writes the result of the import into a folder, which is created if it is missing:
    ///
    /// - `imported.csv`: the rows that were imported;
    /// - `rejected.csv`: the rows with a problem, with their problems in an additional last column. It
    ///   can be imported as it is once the rows are corrected;
    /// - `duplicates.csv`: the rows whose e-mail address an imported row above has, with that row in the
    ///   last column. They are not among the rejected rows, because importing them would replace the
    ///   values of the row above;
    /// - `report.json`: the counts and the problems, without people.
    ///
    /// Both lists have the columns of the file, in UTF-8. Cells that a spreadsheet program would take
    /// for a formula are escaped, which an import undoes. Rows that the mode skipped are in neither
    /// list. Each file is written under a temporary name, readable by its owner only, and renamed when
    /// it is complete. No existing file is replaced.
    ///
    /// The file is read once more, which takes as long as its check. Without the file, only the report
    /// is written. If more problems were found than are kept
    /// ([`Validation::KEPT_PROBLEMS`](crate::Validation::KEPT_PROBLEMS)), the later rows have no
    /// problem in their last column; they are in `duplicates.csv`, because they may be duplicates.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] if the file is not the one that was imported or a file of the report
    /// exists, [`ErrorKind::Sheet`] if it cannot be read, [`ErrorKind::Io`] if the folder cannot be
    /// written. [`ReportFiles::prepare_folder`] finds the latter two before the import.
    pub fn save_report(
        &self,
        folder: impl AsRef<Path>,
        sheet: Option<&Sheet>,
    ) -> Result<ReportFiles> {
        self.save(folder.as_ref(), sheet).map_err(|error| {
            error
                .with_action("saving the report of the import")
                .with_company(&self.company)
        })
    }

    fn save(&self, folder: &Path, sheet: Option<&Sheet>) -> Result<ReportFiles> {
        let failed = |error| io_error(folder, error);
        fs::create_dir_all(folder).map_err(failed)?;
        ensure_absent(folder, &NAMES)?;
        let lists = sheet.map(|sheet| self.save_lists(folder, sheet));
        let [imported, rejected, duplicates] = match lists.transpose()? {
            Some(lists) => lists.map(Some),
            None => [None, None, None],
        };
        let report = folder.join(REPORT);
        save_json(folder, REPORT, &self.report())?;
        Ok(ReportFiles {
            report,
            imported,
            rejected,
            duplicates,
        })
    }

    fn save_lists(&self, folder: &Path, sheet: &Sheet) -> Result<[PathBuf; 3]> {
        let failed = |error| io_error(folder, error);
        if sheet.sha256().map_err(of_sheet)? != self.sha256 {
            let problem = format!("{} is not the file that was imported", sheet.file_name());
            return Err(Error::new(ErrorKind::Conflict, problem));
        }
        let mut lists = Lists {
            receipt: self,
            reasons: reasons(&self.rejected),
            correctable: correctable(&self.rejected),
            columns: columns(sheet),
            imported: list(folder).map_err(failed)?,
            rejected: list(folder).map_err(failed)?,
            duplicates: list(folder).map_err(failed)?,
        };
        let mut written = lists.write_headers(sheet);
        if written.is_ok() {
            let rows = sheet.for_each_row(|row| {
                written = lists.write_row(row);
                match written {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(_) => ControlFlow::Break(()),
                }
            });
            rows.map_err(of_sheet)?;
        }
        written.map_err(failed)?;
        let paths = [IMPORTED, REJECTED, DUPLICATES].map(|name| folder.join(name));
        let lists = [lists.imported, lists.rejected, lists.duplicates];
        for (list, path) in lists.into_iter().zip(&paths) {
            let writer = list
                .into_inner()
                .map_err(|error| failed(error.into_error()));
            persist(writer?, path)?;
        }
        Ok(paths)
    }
}

/// The three lists while they are written.
struct Lists<'a> {
    receipt: &'a Receipt,
    reasons: HashMap<u32, String>,
    /// The rows with problems, none of which is a repeated e-mail address.
    correctable: HashSet<u32>,
    columns: Vec<usize>,
    imported: List,
    rejected: List,
    duplicates: List,
}

impl Lists<'_> {
    fn write_headers(&mut self, sheet: &Sheet) -> io::Result<()> {
        let name = |column: &usize| escape_formula(sheet.headers()[*column].name());
        write_record(&mut self.imported, self.columns.iter().map(name))?;
        let reason = std::iter::once(Receipt::REASON.into());
        let headers = self.columns.iter().map(name).chain(reason);
        write_record(&mut self.rejected, headers.clone())?;
        write_record(&mut self.duplicates, headers)
    }

    fn write_row(&mut self, row: &Row) -> io::Result<()> {
        let number = row.number();
        let cells = self.columns.iter();
        let cells = cells.map(|column| escape_formula(row.text(*column)));
        if self.receipt.skipped_rows.contains(number) {
            Ok(())
        } else if self.receipt.imported_rows.contains(number) {
            write_record(&mut self.imported, cells)
        } else {
            let reason = self.reasons.get(&number).map_or("", String::as_str);
            let cells = cells.chain(std::iter::once(escape_formula(reason)));
            let list = match self.correctable.contains(&number) {
                true => &mut self.rejected,
                false => &mut self.duplicates,
            };
            write_record(list, cells)
        }
    }
}

fn correctable(rejected: &[RowProblem]) -> HashSet<u32> {
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
