//! The result of a synchronization as files.

use std::borrow::Cow;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

use keepnet_staff_list::{Sheet, escape_formula};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::action::SyncAction;
use super::sync_receipt::SyncReceipt;
use crate::Result;
use crate::list_files::{
    RowList, begin_list, correctable, finish_list, io_error, prepare, save_json, save_rows,
    write_record,
};

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
    /// `rejected.csv`; null where the list was not at hand.
    pub rejected: Option<PathBuf>,
    /// `duplicates.csv`; null where the list was not at hand.
    pub duplicates: Option<PathBuf>,
}

const REPORT: &str = "report.json";
const LEFT: &str = "left.csv";
const JOINED: &str = "joined.csv";
const CHANGED: &str = "changed.csv";
const REJECTED: &str = "rejected.csv";
const DUPLICATES: &str = "duplicates.csv";
const NAMES: [&str; 6] = [REPORT, LEFT, JOINED, CHANGED, REJECTED, DUPLICATES];

impl SyncReportFiles {
    /// Creates the folder if it is missing, and checks that a report can be saved in it. Call it before a
    /// plan is applied.
    ///
    /// # Errors
    ///
    /// `ErrorKind::Conflict` if one of the files exists, `ErrorKind::Io` if the folder cannot be
    /// written.
    pub fn prepare_folder(folder: impl AsRef<Path>) -> Result<()> {
        prepare(folder.as_ref(), &NAMES)
    }
}

impl SyncReceipt {
    /// Writes the result into a folder, which is created if it is missing:
    ///
    /// - `joined.csv` and `changed.csv`: the rows of the list whose people joined or were changed;
    /// - `rejected.csv`: the rows that are rejected, with their problems in an additional last column;
    /// - `duplicates.csv`: the rows whose e-mail address a row above has, with that row in the last column.
    ///   They are not among the rejected rows, because importing them would replace the values of the row
    ///   above;
    /// - `left.csv`: the leavers by id, with what became of them. Their names and addresses are only
    ///   there if this process has made them leave;
    /// - `report.json`: the counts and the problems, without people.
    ///
    /// Those with rows have the columns of the list, in UTF-8. Cells that a spreadsheet program would
    /// take for a formula are escaped. Each file is readable by its owner only, and no existing file is
    /// replaced.
    ///
    /// # Errors
    ///
    /// `ErrorKind::Conflict` if the file is not the list or a file of the report exists,
    /// `ErrorKind::Sheet` if it cannot be read, `ErrorKind::Io` if the folder cannot be written.
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
        let [joined, changed, rejected, duplicates] = match sheet {
            Some(sheet) => self.save_lists(folder, sheet)?.map(Some),
            None => [const { None }; 4],
        };
        let left = self.save_left(folder)?;
        save_json(folder, REPORT, &self.report)?;
        Ok(SyncReportFiles {
            report: folder.join(REPORT),
            left,
            joined,
            changed,
            rejected,
            duplicates,
        })
    }

    fn save_lists(&self, folder: &Path, sheet: &Sheet) -> Result<[PathBuf; 4]> {
        let lists = [
            (JOINED, false),
            (CHANGED, false),
            (REJECTED, true),
            (DUPLICATES, true),
        ];
        let lists = lists.map(|(name, has_reasons)| RowList { name, has_reasons });
        let rejected = &self.report.rejected;
        let rejected_rows: HashSet<u32> = rejected.iter().filter_map(|it| it.row).collect();
        let correctable = correctable(rejected);
        let file = (sheet, self.sha256.as_str(), "list that was applied");
        save_rows(folder, file, &lists, rejected, |row| match () {
            () if self.joined_rows.contains(row) => Some(0),
            () if self.changed_rows.contains(row) => Some(1),
            () if correctable.contains(&row) => Some(2),
            () if rejected_rows.contains(&row) => Some(3),
            () => None,
        })
    }

    fn save_left(&self, folder: &Path) -> Result<PathBuf> {
        let path = folder.join(LEFT);
        let failed = |error| io_error(&path, error);
        let mut left = begin_list(folder).map_err(failed)?;
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
        finish_list(left, &path)?;
        Ok(path)
    }
}
