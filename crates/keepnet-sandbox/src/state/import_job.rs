//! The background job that creates and updates users from the rows of a file.

use jiff::Timestamp;
use serde::Serialize;

use super::company::CompanyIndex;
use super::mapping::{RowProblem, RowStatus};
use crate::fault::ImportFault;
use crate::resource_id::ResourceId;

#[derive(Clone, Debug, Default)]
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
    /// How many rows of the queue are processed.
    pub(crate) done: usize,
    pub(crate) created_users: usize,
    pub(crate) updated_users: usize,
    pub(crate) failures: Vec<RowFailure>,
    pub(crate) fault: Option<ImportFault>,
    /// Whether the fault `foreign-import` started it.
    pub(crate) is_foreign: bool,
}

/// The numbers are those of the service's jobs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) enum JobStatus {
    #[default]
    Waiting = 0,
    Started = 1,
    Running = 2,
    Completed = 3,
    Failed = 4,
}

impl JobStatus {
    pub(crate) fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed)
    }
}

/// A row that a job did not import.
#[derive(Clone, Debug)]
pub(crate) struct RowFailure {
    pub(crate) row: usize,
    pub(crate) status: RowStatus,
    pub(crate) problems: Vec<RowProblem>,
}
