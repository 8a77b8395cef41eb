//! The result of adding the people of a file, as files.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use keepnet_staff_list::{ProblemKind, RowProblem, Sheet};

use super::add_report::{AddOutcome, AddReport};
use crate::list_files::{RowList, correctable, prepare, save_json, save_rows};
use crate::{Error, ErrorKind, Result};

/// The files that [`AddReport::save_report`] wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AddReportFiles {
    /// `report.json`, the [`AddReport`].
    pub report: PathBuf,
    /// `added.csv`.
    pub added: PathBuf,
    /// `rejected.csv`.
    pub rejected: PathBuf,
    /// `duplicates.csv`.
    pub duplicates: PathBuf,
}

const REPORT: &str = "report.json";
const ADDED: RowList = RowList {
    name: "added.csv",
    has_reasons: false,
};
const REJECTED: RowList = RowList {
    name: "rejected.csv",
    has_reasons: true,
};
const DUPLICATES: RowList = RowList {
    name: "duplicates.csv",
    has_reasons: true,
};
const NAMES: [&str; 4] = [REPORT, ADDED.name, REJECTED.name, DUPLICATES.name];

impl AddReportFiles {
    /// Creates the folder if it is missing, and checks that a report can be saved in it. Call it before
    /// anybody is added, or the report may be lost.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] if one of the files exists, [`ErrorKind::Io`] if the folder cannot be
    /// written.
    pub fn prepare_folder(folder: impl AsRef<Path>) -> Result<()> {
        prepare(folder.as_ref(), &NAMES)
    }
}

impl AddReport {
    /// Writes what became of the rows of the file into a folder, which is created if it is missing, in the
    /// format of [`Receipt::save_report`](crate::Receipt::save_report):
    ///
    /// - `added.csv`: the rows whose person was added;
    /// - `rejected.csv`: the rows with a problem, and those whose person was not added or may not have
    ///   been, with the reason in an additional last column. They can be added as they are once they are
    ///   corrected;
    /// - `duplicates.csv`: the rows whose e-mail address a row above has;
    /// - `report.json`: the outcomes and the problems, without people.
    ///
    /// Rows of people who existed are in no list, and after a dry run, neither are those of new people.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] if the file is not the one whose people were added or a file of the report
    /// exists; [`ErrorKind::Invalid`] if the people were of no file; [`ErrorKind::Sheet`] if it cannot be
    /// read; [`ErrorKind::Io`] if the folder cannot be written.
    pub fn save_report(&self, folder: impl AsRef<Path>, sheet: &Sheet) -> Result<AddReportFiles> {
        self.save(folder.as_ref(), sheet).map_err(|error| {
            error
                .with_action("saving the report of the added users")
                .with_company(&self.company)
        })
    }

    fn save(&self, folder: &Path, sheet: &Sheet) -> Result<AddReportFiles> {
        let Some(sha256) = &self.sha256 else {
            let problem = "the people were of no file";
            return Err(Error::new(ErrorKind::Invalid, problem));
        };
        prepare(folder, &NAMES)?;
        let outcomes: HashMap<u32, AddOutcome> = self
            .users
            .iter()
            .filter_map(|user| Some((user.row?, user.outcome)))
            .collect();
        let correctable = correctable(&self.rejected);
        let problems = self.problems();
        let file = (sheet, sha256.as_str(), "file whose people were added");
        let lists = [ADDED, REJECTED, DUPLICATES];
        let lists = save_rows(folder, file, &lists, &problems, |row| {
            match outcomes.get(&row) {
                Some(AddOutcome::Added) => Some(0),
                Some(AddOutcome::New | AddOutcome::Existing) => None,
                Some(AddOutcome::Failed | AddOutcome::Unknown) => Some(1),
                Some(AddOutcome::Duplicate) => Some(2),
                None if correctable.contains(&row) => Some(1),
                None => Some(2),
            }
        });
        let [added, rejected, duplicates] = lists?;
        save_json(folder, REPORT, self)?;
        Ok(AddReportFiles {
            report: folder.join(REPORT),
            added,
            rejected,
            duplicates,
        })
    }

    /// The problems of the rows that were not tried, and of those that failed.
    fn problems(&self) -> Vec<RowProblem> {
        let file: Arc<str> = self.file.as_deref().unwrap_or_default().into();
        let failed = self.users.iter().filter_map(|user| {
            let message = user.message.clone()?;
            Some(RowProblem::new(
                Arc::clone(&file),
                user.row,
                ProblemKind::Other(message),
            ))
        });
        self.rejected.iter().cloned().chain(failed).collect()
    }
}
