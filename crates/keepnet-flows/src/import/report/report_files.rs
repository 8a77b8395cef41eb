//! The result of an import as files.

use std::path::{Path, PathBuf};

use keepnet_staff_list::Sheet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::receipt::Receipt;
use crate::Result;
use crate::list_files::{REASON, RowList, correctable, prepare, save_json, save_rows};

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
    /// `ErrorKind::Conflict` if one of the files exists, `ErrorKind::Io` if the folder cannot be
    /// written.
    pub fn prepare_folder(folder: impl AsRef<Path>) -> Result<()> {
        prepare(folder.as_ref(), &NAMES)
    }
}

impl Receipt {
    /// The header of the column with the problems in `rejected.csv`. An import of that file maps no
    /// field to it.
    pub const REASON: &'static str = REASON;

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
    /// `ErrorKind::Conflict` if the file is not the one that was imported or a file of the report
    /// exists, `ErrorKind::Sheet` if it cannot be read, `ErrorKind::Io` if the folder cannot be
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
        prepare(folder, &NAMES)?;
        let [imported, rejected, duplicates] = match sheet {
            Some(sheet) => self.save_lists(folder, sheet)?.map(Some),
            None => [None, None, None],
        };
        save_json(folder, REPORT, &self.report())?;
        Ok(ReportFiles {
            report: folder.join(REPORT),
            imported,
            rejected,
            duplicates,
        })
    }

    fn save_lists(&self, folder: &Path, sheet: &Sheet) -> Result<[PathBuf; 3]> {
        let lists = [(IMPORTED, false), (REJECTED, true), (DUPLICATES, true)];
        let lists = lists.map(|(name, has_reasons)| RowList { name, has_reasons });
        let correctable = correctable(&self.rejected);
        let file = (sheet, self.sha256.as_str(), "file that was imported");
        save_rows(folder, file, &lists, &self.rejected, |row| match () {
            () if self.skipped_rows.contains(row) => None,
            () if self.imported_rows.contains(row) => Some(0),
            () if correctable.contains(&row) => Some(1),
            () => Some(2),
        })
    }
}
