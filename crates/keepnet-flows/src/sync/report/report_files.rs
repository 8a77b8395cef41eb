//! The result of a synchronization as files.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use keepnet_staff_list::{Row, Sheet, escape_formula};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::action::SyncAction;
use super::sync_receipt::SyncReceipt;
use crate::error::of_sheet;
use crate::import::list_files::{
    List, columns, ensure_absent, io_error, list, persist, prepare, reasons, save_json,
    write_record,
};
use crate::{Error, ErrorKind, Receipt, Result};

/// The files that [`SyncReceipt::save_report`] wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct SyncReportFiles {
    /// `report.json`, a [`SyncReport`](crate::SyncReport).
    pub report: PathBuf,
    /// `left.csv`.
    pub left: PathBuf,
    /// `joined.csv`; null where the list was not at hand.
    pub joined: Option<PathBuf>,
    /// `changed.csv`; null where the list was not at hand.
    pub changed: Option<PathBuf>,
    /// `refused.csv`; null where the list was not at hand.
    pub refused: Option<PathBuf>,
}

const REPORT: &str = "report.json";
const LEFT: &str = "left.csv";
const JOINED: &str = "joined.csv";
const CHANGED: &str = "changed.csv";
const REFUSED: &str = "refused.csv";
const NAMES: [&str; 5] = [REPORT, LEFT, JOINED, CHANGED, REFUSED];

impl SyncReportFiles {
    /// Creates the folder if it is missing, and checks that a report can be saved in it. Call it before a
    /// plan is applied.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] if one of the files exists, [`ErrorKind::Io`] if the folder cannot be
    /// written.
    pub fn prepare_folder(folder: impl AsRef<Path>) -> Result<()> {
        prepare(folder.as_ref(), &NAMES)
    }
}

impl SyncReceipt {
    /// Writes the result into a folder, which is created if it is missing:
    ///
    /// - `joined.csv` and `changed.csv`: the rows of the list whose people joined or were changed;
    /// - `refused.csv`: the rows that are refused, with their problems in an additional last column;
    /// - `left.csv`: the leavers by id, with what became of them. Their names and addresses are only
    ///   there if this process has made them leave;
    /// - `report.json`: the counts and the problems, without people.
    ///
    /// The first three have the columns of the list, in UTF-8. Cells that a spreadsheet program would
    /// take for a formula are escaped. Each file is readable by its owner only, and no existing file is
    /// replaced.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] if the file is not the list or a file of the report exists,
    /// [`ErrorKind::Sheet`] if it cannot be read, [`ErrorKind::Io`] if the folder cannot be written.
    pub fn save_report(
        &self,
        folder: impl AsRef<Path>,
        sheet: Option<&Sheet>,
    ) -> Result<SyncReportFiles> {
        self.save(folder.as_ref(), sheet).map_err(|error| {
            error
                .with_action("saving the report of the synchronization")
                .with_company(&self.report.company)
        })
    }

    fn save(&self, folder: &Path, sheet: Option<&Sheet>) -> Result<SyncReportFiles> {
        prepare(folder, &NAMES)?;
        let lists = sheet
            .map(|sheet| self.save_rows(folder, sheet))
            .transpose()?;
        let [joined, changed, refused] = match lists {
            Some(paths) => paths.map(Some),
            None => [None, None, None],
        };
        let left = self.save_left(folder)?;
        save_json(folder, REPORT, &self.report)?;
        Ok(SyncReportFiles {
            report: folder.join(REPORT),
            left,
            joined,
            changed,
            refused,
        })
    }

    fn save_left(&self, folder: &Path) -> Result<PathBuf> {
        let path = folder.join(LEFT);
        let failed = |error| io_error(&path, error);
        let mut left = list(folder).map_err(failed)?;
        let headers = [
            "Id",
            "Email",
            "First Name",
            "Last Name",
            "Outcome",
            "Message",
        ];
        write_record(&mut left, headers.into_iter().map(Cow::from)).map_err(failed)?;
        let leavers = self
            .edited
            .iter()
            .filter(|it| it.action == SyncAction::Leave);
        for leaver in leavers {
            let name = self.names.get(&leaver.id);
            let outcome = serde_json::to_value(leaver.outcome).unwrap_or_default();
            let cells = [
                leaver.id.as_str(),
                name.map_or("", |it| &it.email),
                name.map_or("", |it| &it.first_name),
                name.map_or("", |it| &it.last_name),
                outcome.as_str().unwrap_or_default(),
                leaver.message.as_deref().unwrap_or_default(),
            ];
            write_record(&mut left, cells.into_iter().map(escape_formula)).map_err(failed)?;
        }
        finish(left, &path)?;
        Ok(path)
    }

    fn save_rows(&self, folder: &Path, sheet: &Sheet) -> Result<[PathBuf; 3]> {
        let failed = |error| io_error(folder, error);
        if sheet.sha256().map_err(of_sheet)? != self.sha256 {
            let problem = format!("{} is not the list that was applied", sheet.file_name());
            return Err(Error::new(ErrorKind::Conflict, problem));
        }
        ensure_absent(folder, &NAMES)?;
        let columns = columns(sheet);
        let mut lists = Lists {
            receipt: self,
            reasons: reasons(&self.report.refused),
            joined: list(folder).map_err(failed)?,
            changed: list(folder).map_err(failed)?,
            refused: list(folder).map_err(failed)?,
            columns,
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
        let paths = [JOINED, CHANGED, REFUSED].map(|name| folder.join(name));
        let lists = [lists.joined, lists.changed, lists.refused];
        for (list, path) in lists.into_iter().zip(&paths) {
            finish(list, path)?;
        }
        Ok(paths)
    }
}

fn finish(list: List, path: &Path) -> Result<()> {
    let writer = list.into_inner();
    let writer = writer.map_err(|error| io_error(path, error.into_error()))?;
    persist(writer, path)
}

/// The lists of rows while they are written.
struct Lists<'a> {
    receipt: &'a SyncReceipt,
    reasons: HashMap<u32, String>,
    columns: Vec<usize>,
    joined: List,
    changed: List,
    refused: List,
}

impl Lists<'_> {
    fn write_headers(&mut self, sheet: &Sheet) -> io::Result<()> {
        let name = |column: &usize| escape_formula(sheet.headers()[*column].name());
        let headers = self.columns.iter().map(name);
        write_record(&mut self.joined, headers.clone())?;
        write_record(&mut self.changed, headers.clone())?;
        let reason = std::iter::once(Receipt::REASON.into());
        write_record(&mut self.refused, headers.chain(reason))
    }

    fn write_row(&mut self, row: &Row) -> io::Result<()> {
        let number = row.number();
        let cells = self.columns.iter();
        let cells = cells.map(|column| escape_formula(row.text(*column)));
        if self.receipt.joined_rows.contains(number) {
            write_record(&mut self.joined, cells)
        } else if self.receipt.changed_rows.contains(number) {
            write_record(&mut self.changed, cells)
        } else if let Some(reason) = self.reasons.get(&number) {
            let cells = cells.chain(std::iter::once(escape_formula(reason)));
            write_record(&mut self.refused, cells)
        } else {
            Ok(())
        }
    }
}
