//! The mapping of a file's columns to fields, and the validated rows.

use std::collections::{BTreeMap, HashSet};

use crate::fault::MappingFault;
use crate::resource_id::ResourceId;
use crate::spreadsheet::Table;

/// The mapped columns, and the rows that were validated so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mapping {
    pub(crate) job: ResourceId,
    pub(crate) columns: MappedColumns,
    pub(crate) groups: Vec<ResourceId>,
    /// The id of the first row; the ids of the other rows follow in order.
    pub(crate) first_row: ResourceId,
    pub(crate) statuses: Vec<RowStatus>,
    pub(crate) problems: BTreeMap<usize, Vec<RowProblem>>,
    pub(crate) counts: RowCounts,
    /// The e-mail addresses of the rows so far, in lower case.
    pub(crate) seen_emails: HashSet<String>,
    pub(crate) fault: Option<MappingFault>,
}

impl Mapping {
    pub(crate) fn row_id(&self, row: usize) -> ResourceId {
        self.first_row.plus(row)
    }

    /// Finds a row by its id, if it has been validated.
    pub(crate) fn find_row(&self, id: ResourceId) -> Option<usize> {
        id.steps_since(self.first_row)
            .filter(|&row| row < self.statuses.len())
    }

    pub(crate) fn problems(&self, row: usize) -> &[RowProblem] {
        self.problems.get(&row).map_or(&[], Vec::as_slice)
    }
}

/// The number of rows by outcome. A row of a user that an identity provider owns counts as
/// existing, so that the three numbers add up to the total.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RowCounts {
    pub(crate) new: usize,
    pub(crate) existing: usize,
    pub(crate) invalid: usize,
}

/// A field that a column of a file can be mapped to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ImportField {
    Email,
    FirstName,
    LastName,
    PhoneNumber,
    Department,
    TimeZone,
    Priority,
    PreferredLanguage,
    ManagerFirstName,
    ManagerLastName,
    ManagerEmail,
    Custom(ResourceId),
}

impl ImportField {
    /// The built-in fields, with the names that mappings use.
    pub(crate) const BUILT_IN: [(Self, &str); 11] = [
        (Self::Email, "Email"),
        (Self::FirstName, "FirstName"),
        (Self::LastName, "LastName"),
        (Self::PhoneNumber, "PhoneNumber"),
        (Self::Department, "Department"),
        (Self::TimeZone, "TimeZone"),
        (Self::Priority, "Priority"),
        (Self::PreferredLanguage, "PreferredLanguage"),
        (Self::ManagerFirstName, "ManagerFirstName"),
        (Self::ManagerLastName, "ManagerLastName"),
        (Self::ManagerEmail, "ManagerEmail"),
    ];

    /// Finds a built-in field by its name, in any case.
    pub(crate) fn find_built_in(name: &str) -> Option<Self> {
        Self::BUILT_IN
            .iter()
            .find(|(_, known)| known.eq_ignore_ascii_case(name))
            .map(|(field, _)| *field)
    }
}

/// Which field each mapped column holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct MappedColumns(Vec<(ImportField, usize)>);

impl MappedColumns {
    pub(crate) fn add(&mut self, field: ImportField, column: usize) {
        self.0.push((field, column));
    }

    pub(crate) fn has(&self, field: ImportField) -> bool {
        self.fields().any(|known| known == field)
    }

    pub(crate) fn has_custom(&self) -> bool {
        self.fields()
            .any(|field| matches!(field, ImportField::Custom(_)))
    }

    pub(crate) fn fields(&self) -> impl Iterator<Item = ImportField> + '_ {
        self.0.iter().map(|(field, _)| *field)
    }

    /// The cell of a row for a field, without surrounding space; empty when the field is not
    /// mapped.
    pub(crate) fn value<'t>(&self, table: &'t Table, row: usize, field: ImportField) -> &'t str {
        let column = self.0.iter().find(|(known, _)| *known == field);
        column.map_or("", |(_, column)| table.cell(row, *column).trim())
    }
}

/// What an import would do with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowStatus {
    Error,
    Exists,
    New,
    /// The user exists and is owned by an identity provider.
    Scim,
}

impl RowStatus {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Error => "Error",
            Self::Exists => "Exists",
            Self::New => "New",
            Self::Scim => "SCIM",
        }
    }

    /// The number in the failed rows of a job.
    pub(crate) fn code(self) -> i64 {
        match self {
            Self::Error => 0,
            Self::Exists | Self::Scim => 1,
            Self::New => 2,
        }
    }
}

/// One reason why a row is invalid.
#[derive(Clone, Debug)]
pub(crate) struct RowProblem {
    pub(crate) field: String,
    pub(crate) message: String,
}

impl RowProblem {
    pub(crate) fn new(field: &str, message: &str) -> Self {
        Self {
            field: field.to_owned(),
            message: message.to_owned(),
        }
    }
}
