//! An uploaded file on its way to becoming users, and the job that imports it.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::company::CompanyIndex;
use crate::fault::{ImportFault, MappingFault};
use crate::resource_id::ResourceId;
use crate::spreadsheet::{FileType, Table};

#[derive(Debug)]
pub(crate) struct Transaction {
    pub(crate) id: ResourceId,
    pub(crate) company: CompanyIndex,
    pub(crate) file_name: String,
    pub(crate) file_type: FileType,
    pub(crate) sheet_names: Vec<String>,
    pub(crate) table: Arc<Table>,
    pub(crate) created: Timestamp,
    pub(crate) stage: Stage,
    pub(crate) mapping: Option<Mapping>,
    pub(crate) imports: Vec<ResourceId>,
}

impl Transaction {
    pub(crate) fn counts(&self) -> RowCounts {
        self.mapping
            .as_ref()
            .map_or_else(RowCounts::default, |mapping| mapping.counts)
    }
}

/// How far a transaction has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Uploaded,
    Queued,
    Running,
    Mapped,
    Imported,
    /// The mapping job failed.
    MappingFailed,
    /// The mapping job expired.
    MappingExpired,
    /// Reopened under another id; this one is gone.
    Replaced,
    /// Gone.
    Expired,
}

impl Stage {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Uploaded => "uploaded",
            Self::Queued => "mapping queued",
            Self::Running => "mapping running",
            Self::Mapped => "mapped",
            Self::Imported => "imported",
            Self::MappingFailed => "mapping failed",
            Self::MappingExpired => "mapping expired",
            Self::Replaced => "replaced",
            Self::Expired => "expired",
        }
    }
}

/// Which columns mean what, and what became of the rows so far.
#[derive(Debug)]
pub(crate) struct Mapping {
    pub(crate) job: ResourceId,
    pub(crate) columns: Columns,
    pub(crate) groups: Vec<ResourceId>,
    /// The id of the first row; the others follow in order.
    pub(crate) first_row: ResourceId,
    pub(crate) statuses: Vec<RowStatus>,
    pub(crate) details: BTreeMap<usize, Vec<ValidationDetail>>,
    pub(crate) counts: RowCounts,
    /// The addresses met so far, in lower case.
    pub(crate) seen: HashSet<String>,
    pub(crate) fault: Option<MappingFault>,
}

impl Mapping {
    pub(crate) fn row_id(&self, row: usize) -> ResourceId {
        self.first_row.plus(row)
    }

    /// The row with this id, if it has been read.
    pub(crate) fn row(&self, id: ResourceId) -> Option<usize> {
        id.since(self.first_row)
            .filter(|&row| row < self.statuses.len())
    }

    pub(crate) fn details(&self, row: usize) -> &[ValidationDetail] {
        self.details.get(&row).map_or(&[], Vec::as_slice)
    }
}

/// Rows that an identity provider owns count as existing, so that the three reach the total.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RowCounts {
    pub(crate) new: usize,
    pub(crate) existing: usize,
    pub(crate) invalid: usize,
}

/// What a column of a file can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
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

/// The meaning of the columns.
#[derive(Debug, Default)]
pub(crate) struct Columns(Vec<(Field, usize)>);

impl Columns {
    pub(crate) fn add(&mut self, field: Field, column: usize) {
        self.0.push((field, column));
    }

    pub(crate) fn has(&self, field: Field) -> bool {
        self.0.iter().any(|(known, _)| *known == field)
    }

    pub(crate) fn has_custom(&self) -> bool {
        self.fields().any(|field| matches!(field, Field::Custom(_)))
    }

    pub(crate) fn fields(&self) -> impl Iterator<Item = Field> + '_ {
        self.0.iter().map(|(field, _)| *field)
    }

    /// The cell that a field of a row comes from, without surrounding space; empty when the field
    /// is not mapped.
    pub(crate) fn value<'t>(&self, table: &'t Table, row: usize, field: Field) -> &'t str {
        let column = self.0.iter().find(|(known, _)| *known == field);
        column.map_or("", |(_, column)| table.cell(row, *column).trim())
    }
}

/// What a row of a mapped file will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowStatus {
    Error,
    Exists,
    New,
    /// The user is there and belongs to an identity provider.
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

    /// The number that job failures carry.
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
pub(crate) struct ValidationDetail {
    pub(crate) field: String,
    pub(crate) message: String,
}

/// The background job that turns rows into users.
#[derive(Debug)]
pub(crate) struct ImportJob {
    pub(crate) id: ResourceId,
    pub(crate) number: usize,
    pub(crate) company: CompanyIndex,
    pub(crate) transaction: ResourceId,
    pub(crate) created: Timestamp,
    pub(crate) finished: Option<Timestamp>,
    pub(crate) status: JobStatus,
    /// The rows to import.
    pub(crate) queue: Vec<usize>,
    pub(crate) done: usize,
    pub(crate) created_users: usize,
    pub(crate) updated_users: usize,
    pub(crate) failures: Vec<RowFailure>,
    pub(crate) fault: Option<ImportFault>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JobStatus {
    Waiting,
    Started,
    Running,
    Completed,
    Failed,
}

impl JobStatus {
    pub(crate) fn code(self) -> i64 {
        match self {
            Self::Waiting => 0,
            Self::Started => 1,
            Self::Running => 2,
            Self::Completed => 3,
            Self::Failed => 4,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting",
            Self::Started => "Started",
            Self::Running => "Running",
            Self::Completed => "Completed",
            Self::Failed => "Failed",
        }
    }

    /// Whether nothing more will happen.
    pub(crate) fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed)
    }
}

/// A row that a job did not import.
#[derive(Debug)]
pub(crate) struct RowFailure {
    pub(crate) row: usize,
    pub(crate) status: RowStatus,
    pub(crate) details: Vec<ValidationDetail>,
}
