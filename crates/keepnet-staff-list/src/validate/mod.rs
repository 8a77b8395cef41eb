//! Checking the rows of a staff list before anything is sent.

mod addresses;
mod problem;
mod report;
mod rules;
mod vocabulary;

use std::borrow::Cow;
use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

pub use problem::{ProblemKind, RowProblem};
pub use report::{RowCounts, ValidationReport};
pub(crate) use rules::looks_like_email;
pub use rules::validate_value;
pub use vocabulary::AllowedValues;

use addresses::Addresses;

use crate::columns::{MappedColumn, Mapping};
use crate::field::Field;
use crate::prepare::Upload;
use crate::read::{CellKind, Row, Sheet, SheetError, trimmed};
use vocabulary::Allowed;

/// What the check of a staff list found.
///
/// It finds the valid rows again by their e-mail addresses, to tell which row the
/// service means in its answers, but does not keep the addresses: a list of a
/// million people takes some 30 MB, however long they are.
#[must_use]
pub struct Validation {
    file: Arc<str>,
    worksheet: Option<String>,
    encoding: Option<String>,
    mapping: Mapping,
    counts: RowCounts,
    rejected: Vec<RowProblem>,
    problems: u64,
    accepted: Addresses,
    has_respelt: bool,
}

impl Validation {
    /// How many problems are kept with their row and reason. Beyond it they
    /// are counted only.
    pub const KEPT_PROBLEMS: usize = 10_000;

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
        &self.rejected
    }

    /// How many problems were found, kept or not.
    pub fn problem_count(&self) -> u64 {
        self.problems
    }

    /// Which column fills which field.
    pub fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    /// The valid row that holds `email`, without regard to case.
    pub fn row_of(&self, email: &str) -> Option<u32> {
        self.accepted.row_of(trimmed(email))
    }

    /// The numbers of the valid rows, in no order.
    pub fn valid_rows(&self) -> impl Iterator<Item = u32> {
        self.accepted.rows()
    }

    /// The result as data.
    pub fn report(&self) -> ValidationReport {
        ValidationReport {
            file: self.file.to_string(),
            sheet: self.worksheet.clone(),
            encoding: self.encoding.clone(),
            mapping: self.mapping.columns().to_vec(),
            unmapped: self.mapping.unmapped().to_vec(),
            rows: self.counts,
            // The report names the file once; a problem that is read back has no file name.
            rejected: self
                .rejected
                .iter()
                .map(|problem| RowProblem {
                    file: Arc::default(),
                    ..problem.clone()
                })
                .collect(),
        }
    }

    /// Prepares the file that is sent, from the sheet that was checked.
    ///
    /// # Errors
    ///
    /// [`SheetError::NothingToUpload`] if no row is valid, and
    /// [`SheetError::Temporary`] if a temporary file is needed and cannot be written.
    pub fn upload(&self, sheet: &Sheet) -> Result<Upload, SheetError> {
        Upload::prepare(sheet, self)
    }

    /// Whether every row is valid and every cell of them is as it would be sent.
    pub(crate) fn is_clean(&self) -> bool {
        self.counts.valid == self.counts.total && !self.has_respelt
    }

    /// Whether `row`, with `email` as its address, is one of the valid rows.
    pub fn is_valid_row(&self, email: &str, row: u32) -> bool {
        self.row_of(email) == Some(row)
    }
}

impl fmt::Debug for Validation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Validation")
            .field("file", &self.file)
            .field("worksheet", &self.worksheet)
            .field("mapping", &self.mapping)
            .field("counts", &self.counts)
            .field("rejected", &self.rejected)
            .field("problems", &self.problems)
            .finish_non_exhaustive()
    }
}

/// The text that is sent for a cell of `field` in an accepted row.
///
/// A text that [`validate_value`] refuses is returned as it is.
pub fn normalized_value<'a>(field: &Field, text: &'a str) -> Cow<'a, str> {
    rules::validate_value(field, text).unwrap_or(Cow::Borrowed(text))
}

pub(crate) fn check(
    sheet: &Sheet,
    mapping: &Mapping,
    vocabulary: &AllowedValues,
) -> Result<Validation, SheetError> {
    vocabulary.accept(sheet, mapping)?;
    let mut check = Check {
        columns: columns(sheet, mapping, vocabulary)?,
        file: sheet.shared_file_name(),
        counts: RowCounts::default(),
        rejected: Vec::new(),
        problems: 0,
        accepted: Addresses::default(),
        has_respelt: false,
        found: Vec::new(),
    };
    sheet.for_each_row(|row| {
        check.row(row);
        ControlFlow::Continue(())
    })?;
    Ok(Validation {
        file: check.file,
        worksheet: sheet.worksheet().map(str::to_owned),
        encoding: sheet.encoding().map(|encoding| encoding.name().to_owned()),
        mapping: mapping.clone(),
        counts: check.counts,
        rejected: check.rejected,
        problems: check.problems,
        accepted: check.accepted,
        has_respelt: check.has_respelt,
    })
}

struct Column<'a> {
    position: usize,
    mapped: &'a MappedColumn,
    allowed: Allowed<'a>,
}

fn columns<'a>(
    sheet: &Sheet,
    mapping: &'a Mapping,
    vocabulary: &'a AllowedValues,
) -> Result<Vec<Column<'a>>, SheetError> {
    let positions = mapping.positions(sheet)?;
    let column = |(position, mapped): (usize, &'a MappedColumn)| Column {
        position,
        mapped,
        allowed: vocabulary.allowed(mapped.field()),
    };
    Ok(positions
        .into_iter()
        .zip(mapping.columns())
        .map(column)
        .collect())
}

/// A check on its way through the rows.
struct Check<'a> {
    columns: Vec<Column<'a>>,
    file: Arc<str>,
    counts: RowCounts,
    rejected: Vec<RowProblem>,
    problems: u64,
    accepted: Addresses,
    has_respelt: bool,
    /// The problems of the row at hand: index of the column and reason.
    found: Vec<(usize, ProblemKind)>,
}

impl Check<'_> {
    fn row(&mut self, row: &Row) {
        self.counts.total += 1;
        self.found.clear();
        let mut respelt = false;
        for (index, column) in self.columns.iter().enumerate() {
            match judge(row, column) {
                Ok(text) => {
                    let kind = row.kind(column.position);
                    respelt |= text != row.raw(column.position) || kind != CellKind::Value;
                }
                Err(reason) => self.found.push((index, reason)),
            }
        }
        self.manager(row);
        self.claim_email(row);
        if self.found.is_empty() {
            self.counts.valid += 1;
            self.has_respelt |= respelt;
            return;
        }
        let only_repeats =
            |(_, reason): &(_, ProblemKind)| matches!(reason, ProblemKind::Duplicate { .. });
        if self.found.iter().all(only_repeats) {
            self.counts.duplicate += 1;
        } else {
            self.counts.invalid += 1;
        }
        self.keep(row.number());
    }

    /// The service's own form takes all three parts of a manager or none.
    fn manager(&mut self, row: &Row) {
        let parts = self
            .columns
            .iter()
            .enumerate()
            .filter(|(_, column)| column.mapped.field().is_manager());
        let empty = |column: &Column<'_>| {
            row.text(column.position).is_empty() && row.kind(column.position) == CellKind::Value
        };
        let (missing, given): (Vec<_>, Vec<_>) = parts.partition(|(_, column)| empty(column));
        if !given.is_empty() {
            let missing = missing
                .iter()
                .map(|(index, _)| (*index, ProblemKind::IncompleteManager));
            self.found.extend(missing);
        }
    }

    /// The first valid row with an e-mail address keeps it.
    fn claim_email(&mut self, row: &Row) {
        let is_email = |column: &Column<'_>| *column.mapped.field() == Field::Email;
        let Some(index) = self.columns.iter().position(is_email) else {
            return;
        };
        let email = normalized_value(&Field::Email, row.text(self.columns[index].position));
        let is_refused = self.found.iter().any(|(column, _)| *column == index);
        if is_refused {
            return;
        }
        // A row that is invalid for another reason claims nothing.
        let taken = match self.found.is_empty() {
            true => self.accepted.claim(&email, row.number()).err(),
            false => self.accepted.row_of(&email),
        };
        if let Some(first_row) = taken {
            self.found
                .push((index, ProblemKind::Duplicate { first_row }));
        }
    }

    fn keep(&mut self, row: u32) {
        self.found.sort_by_key(|(index, _)| *index);
        self.problems += self.found.len() as u64;
        for (index, reason) in self.found.drain(..) {
            if self.rejected.len() == Validation::KEPT_PROBLEMS {
                break;
            }
            let problem = RowProblem::new(Arc::clone(&self.file), Some(row), reason);
            self.rejected
                .push(problem.in_column(self.columns[index].mapped));
        }
    }
}

fn judge<'a>(row: &'a Row, column: &Column<'_>) -> Result<Cow<'a, str>, ProblemKind> {
    match row.kind(column.position) {
        CellKind::Value | CellKind::FormattedNumber => {
            let text = rules::validate_value(column.mapped.field(), row.text(column.position))?;
            column.allowed.judge(&text)?;
            Ok(text)
        }
        CellKind::UncomputedFormula => Err(ProblemKind::UncomputedFormula),
        CellKind::Error => Err(ProblemKind::ErrorValue),
    }
}

/// An e-mail address in the form in which two addresses are compared: in lower case.
pub fn normalize_email(email: &str) -> Cow<'_, str> {
    let is_lower = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase();
    if email.bytes().all(is_lower) {
        Cow::Borrowed(email)
    } else {
        Cow::Owned(email.to_lowercase())
    }
}
