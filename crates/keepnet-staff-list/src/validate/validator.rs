//! Validating the rows of a sheet, one after the other.

use std::borrow::Cow;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::addresses::Addresses;
use super::column_rule::{ColumnRule, validate_mapping};
use super::full_name::split_full_name;
use super::problem::{ProblemKind, RowProblem};
use super::report::RowCounts;
use super::validation::Validation;
use super::value::{normalized_value, validate_value};
use super::warnings::{Warnings, in_mapped_column, odd_value};
use crate::allowed_values::AllowedValues;
use crate::columns::{MappedColumn, Mapping};
use crate::error::SheetError;
use crate::field::Field;
use crate::headers::Header;
use crate::read::{CellKind, LayoutCursor, Row, Sheet};
use crate::text::trim_invisible;
use crate::warning::{Warning, WarningKind};

impl Sheet {
    /// Validates every row against the rules of the fields, in one pass; nothing is sent.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, exceeds a limit, or is not the one the mapping was made for.
    pub fn validate(&self, mapping: &Mapping) -> Result<Validation, SheetError> {
        self.validate_against(mapping, &AllowedValues::new())
    }

    /// As [`validate`](Sheet::validate), and against the values that a company allows.
    ///
    /// # Errors
    ///
    /// As [`validate`](Sheet::validate), and if the mapping fills a custom field that the company
    /// does not have, or leaves out one that it requires.
    pub fn validate_against(
        &self,
        mapping: &Mapping,
        allowed: &AllowedValues,
    ) -> Result<Validation, SheetError> {
        self.validate_rows(mapping, allowed, |_, _| ControlFlow::Continue(()))
    }

    /// As [`validate_against`](Sheet::validate_against), and shows each row to `visit`, with whether it is
    /// valid, in the same pass. If `visit` breaks, the rest is neither shown nor validated.
    ///
    /// # Errors
    ///
    /// As [`validate_against`](Sheet::validate_against).
    pub fn validate_rows(
        &self,
        mapping: &Mapping,
        allowed: &AllowedValues,
        mut visit: impl FnMut(&Row, bool) -> ControlFlow<()>,
    ) -> Result<Validation, SheetError> {
        validate_mapping(allowed, self, mapping)?;
        let positions = mapping.positions(self)?;
        let unnamed = self.headers().iter().filter(|it| it.name().is_empty());
        let unnamed = unnamed.map(Header::position);
        let unnamed = unnamed.filter(|position| !positions.contains(position));
        let unnamed: Vec<_> = unnamed.collect();
        let columns = positions.into_iter().zip(mapping.columns());
        let mut validator = Validator {
            columns: columns
                .map(|(position, mapped)| Column {
                    position,
                    mapped,
                    rule: ColumnRule::new(allowed, mapped.field()),
                })
                .collect(),
            unnamed,
            result: Validation {
                file: self.shared_file_name(),
                worksheet: self.worksheet().map(str::to_owned),
                encoding: self.encoding().map(|encoding| encoding.name().to_owned()),
                mapping: mapping.clone(),
                counts: RowCounts::default(),
                problems: Vec::new(),
                problem_count: 0,
                warnings: Warnings::of_file(self, mapping),
                addresses: Addresses::default(),
                has_changed_values: mapping.column_of(&Field::FullName).is_some(),
            },
            found: Vec::new(),
            layout: self.layout().cursor(),
        };
        self.for_each_row(|row| {
            let is_valid = validator.validate_row(row);
            visit(row, is_valid)
        })?;
        Ok(validator.result)
    }
}

/// A mapped column and the company's rule for it.
struct Column<'a> {
    position: usize,
    mapped: &'a MappedColumn,
    rule: ColumnRule<'a>,
}

struct Validator<'a> {
    columns: Vec<Column<'a>>,
    /// The positions of the columns that have no header and fill no field.
    unnamed: Vec<usize>,
    result: Validation,
    /// The problems of the current row: index of the column and kind.
    found: Vec<(usize, ProblemKind)>,
    layout: LayoutCursor<'a>,
}

impl Validator<'_> {
    /// Validates a row, and returns whether it is valid.
    fn validate_row(&mut self, row: &Row) -> bool {
        self.result.counts.total += 1;
        self.found.clear();
        self.layout.move_to(row.number());
        let warnings = &mut self.result.warnings;
        let file = &self.result.file;
        if self.layout.is_hidden() {
            warnings.add(|| Warning::new(file, WarningKind::HiddenRow).in_row(row.number()));
        }
        let has_content = |position: &usize| !trim_invisible(row.raw(*position)).is_empty();
        if row.has_more() || self.unnamed.iter().any(has_content) {
            warnings.add_once(|| {
                Warning::new(file, WarningKind::CellsWithoutHeader).in_row(row.number())
            });
        }
        let mut is_changed = false;
        for (index, column) in self.columns.iter().enumerate() {
            let kind = row.kind(column.position);
            let odd = match validate_cell(row, column, kind) {
                Ok(value) => {
                    // Whether the service reads a number or a date as it was validated is unknown.
                    is_changed |= value != row.raw(column.position) || kind != CellKind::Text;
                    let odd = odd_cell(column, &value, kind);
                    match value.is_empty() && self.layout.is_merged(column.position) {
                        true => Some(WarningKind::MergedCell),
                        false => odd,
                    }
                }
                Err(kind) => {
                    self.found.push((index, kind));
                    None
                }
            };
            if let Some(kind) = odd {
                warnings.add(|| {
                    let warning = Warning::new(file, kind).in_row(row.number());
                    in_mapped_column(warning, column.mapped)
                });
            }
        }
        self.validate_manager(row);
        self.claim_email(row);
        let is_duplicate =
            |(_, kind): &(_, ProblemKind)| matches!(kind, ProblemKind::Duplicate { .. });
        let counts = &mut self.result.counts;
        let is_valid = self.found.is_empty();
        if is_valid {
            counts.valid += 1;
            self.result.has_changed_values |= is_changed;
        } else if self.found.iter().all(is_duplicate) {
            counts.duplicate += 1;
        } else {
            counts.invalid += 1;
        }
        self.keep_problems(row.number());
        is_valid
    }

    /// The service accepts all three parts of a manager or none.
    fn validate_manager(&mut self, row: &Row) {
        let parts = self.columns.iter().enumerate();
        let parts = parts.filter(|(_, column)| column.mapped.field().is_manager());
        let (missing, given): (Vec<_>, Vec<_>) = parts.partition(|(_, column)| {
            row.text(column.position).is_empty() && row.kind(column.position) == CellKind::Text
        });
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
        if self.found.iter().any(|(column, _)| *column == index) {
            return;
        }
        let email = normalized_value(&Field::Email, row.text(self.columns[index].position));
        let addresses = &mut self.result.addresses;
        // A row that is invalid for another reason does not claim its address.
        let first_row = match self.found.is_empty() {
            true => addresses.claim(&email, row.number()).err(),
            false => addresses.row_of(&email),
        };
        if let Some(first_row) = first_row {
            self.found
                .push((index, ProblemKind::Duplicate { first_row }));
        }
    }

    fn keep_problems(&mut self, row: u32) {
        let result = &mut self.result;
        self.found.sort_by_key(|(index, _)| *index);
        result.problem_count += self.found.len() as u64;
        let room = Validation::KEPT_PROBLEMS - result.problems.len();
        for (index, kind) in self.found.drain(..).take(room) {
            let problem = RowProblem::new(Arc::clone(&result.file), Some(row), kind);
            let problem = problem.in_column(self.columns[index].mapped);
            result.problems.push(problem);
        }
    }
}

fn validate_cell<'a>(
    row: &'a Row,
    column: &Column<'_>,
    kind: CellKind,
) -> Result<Cow<'a, str>, ProblemKind> {
    match kind {
        CellKind::Date if *column.mapped.field() == Field::PhoneNumber => {
            Err(ProblemKind::NotAPhone)
        }
        CellKind::Text
        | CellKind::Number
        | CellKind::Date
        | CellKind::Boolean
        | CellKind::FormattedNumber => {
            let value = validate_value(column.mapped.field(), row.text(column.position))?;
            if *column.mapped.field() == Field::FullName {
                let (first, last) = split_full_name(&value, column.mapped.is_decided())?;
                validate_value(&Field::FirstName, first)?;
                validate_value(&Field::LastName, last)?;
            }
            column.rule.validate(&value)?;
            Ok(value)
        }
        CellKind::UncomputedFormula => Err(ProblemKind::UncomputedFormula),
        CellKind::Error => Err(ProblemKind::ErrorValue),
    }
}

/// What is odd about a valid cell. A full name is sent as its parts.
fn odd_cell(column: &Column<'_>, value: &str, kind: CellKind) -> Option<WarningKind> {
    let field = column.mapped.field();
    if *field != Field::FullName {
        return odd_value(field, value, kind);
    }
    let (first, last) = split_full_name(value, column.mapped.is_decided()).ok()?;
    let odd = |field: Field, part| odd_value(&field, &normalized_value(&field, part), kind);
    odd(Field::FirstName, first).or_else(|| odd(Field::LastName, last))
}
