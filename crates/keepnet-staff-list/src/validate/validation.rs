//! The result of validating a staff list.

use std::fmt;
use std::sync::Arc;

use super::addresses::Addresses;
use super::problem::RowProblem;
use super::report::{RowCounts, ValidationReport};
use super::warnings::Warnings;
use crate::columns::Mapping;
use crate::error::SheetError;
use crate::text::trim_invisible;
use crate::warning::Warning;

/// The result of validating a staff list.
///
/// It finds a valid row by its e-mail address, because the service names rows by addresses, but
/// does not keep the addresses: a list of a million people takes some 30 MB.
#[must_use]
pub struct Validation {
    pub(super) file: Arc<str>,
    pub(super) worksheet: Option<String>,
    pub(super) encoding: Option<String>,
    pub(super) mapping: Mapping,
    pub(super) counts: RowCounts,
    pub(super) problems: Vec<RowProblem>,
    pub(super) problem_count: u64,
    pub(super) warnings: Warnings,
    pub(super) addresses: Addresses,
    /// Whether a cell of a valid row is sent with another value than it has in the file.
    pub(super) has_changed_values: bool,
}

impl Validation {
    /// How many problems are kept with their row and kind. Further problems are only counted.
    pub const KEPT_PROBLEMS: usize = 10_000;

    /// How many warnings are kept. Further ones are only counted.
    pub const KEPT_WARNINGS: usize = Warnings::KEPT;

    /// The file's name.
    pub fn file_name(&self) -> &str {
        &self.file
    }

    /// How many rows there are; exact, however many problems are kept.
    pub fn counts(&self) -> RowCounts {
        self.counts
    }

    /// The problems, in the order of the rows, up to [`Validation::KEPT_PROBLEMS`].
    pub fn problems(&self) -> &[RowProblem] {
        &self.problems
    }

    /// How many problems were found, including those that are not kept.
    pub fn problem_count(&self) -> u64 {
        self.problem_count
    }

    /// What a person should look at before the list is sent: first about the file and its columns,
    /// then in the order of the rows, up to [`Validation::KEPT_WARNINGS`].
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings.kept
    }

    /// How many warnings there are, including those that are not kept.
    pub fn warning_count(&self) -> u64 {
        self.warnings.count
    }

    /// Makes an error of the warnings, for a list that nobody looks at.
    ///
    /// # Errors
    ///
    /// [`SheetError::Warnings`] if there is a warning.
    pub fn ensure_no_warnings(&self) -> Result<(), SheetError> {
        match self.warnings.kept.first() {
            None => Ok(()),
            Some(first) => Err(SheetError::Warnings {
                file: self.file.to_string(),
                count: self.warnings.count,
                first: first.to_string(),
            }),
        }
    }

    /// Which column fills which field.
    pub fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    /// The valid row with this e-mail address, without regard to case.
    pub fn row_of(&self, email: &str) -> Option<u32> {
        self.addresses.row_of(trim_invisible(email))
    }

    /// The numbers of the valid rows, in no order.
    pub fn valid_rows(&self) -> impl Iterator<Item = u32> {
        self.addresses.rows()
    }

    /// Whether `row`, with `email` as its address, is one of the valid rows.
    pub fn is_valid_row(&self, email: &str, row: u32) -> bool {
        self.row_of(email) == Some(row)
    }

    /// The result as data.
    pub fn report(&self) -> ValidationReport {
        // The report names the file once; a problem that is read back has no file name.
        let without_file = |problem: &RowProblem| RowProblem {
            file: Arc::default(),
            ..problem.clone()
        };
        ValidationReport {
            file: self.file.to_string(),
            sheet: self.worksheet.clone(),
            encoding: self.encoding.clone(),
            mapping: self.mapping.columns().to_vec(),
            unmapped: self.mapping.unmapped().to_vec(),
            rows: self.counts,
            rejected: self.problems.iter().map(without_file).collect(),
            warnings: self
                .warnings
                .kept
                .iter()
                .map(Warning::without_file)
                .collect(),
        }
    }

    /// Whether every row is valid and every cell is sent with the value that it has in the file.
    pub(crate) fn is_unchanged(&self) -> bool {
        self.counts.valid == self.counts.total && !self.has_changed_values
    }
}

impl fmt::Debug for Validation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Validation")
            .field("file", &self.file)
            .field("worksheet", &self.worksheet)
            .field("mapping", &self.mapping)
            .field("counts", &self.counts)
            .field("problems", &self.problems)
            .field("problem_count", &self.problem_count)
            .field("warning_count", &self.warnings.count)
            .finish_non_exhaustive()
    }
}
