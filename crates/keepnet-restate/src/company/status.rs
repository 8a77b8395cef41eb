//! What the object of a customer shows.

use keepnet_flows::Progress;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::attempt::ShownTicket;
use super::import::ImportSummary;
use super::sync::SyncSummary;
use crate::failure::Failure;

/// What is known of the work for a customer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct CompanyStatus {
    /// The import that runs, or that ran last; null if there was none.
    pub import: Option<WorkStatus<ImportSummary>>,
    /// The synchronization that runs, or that ran last; null if there was none.
    pub sync: Option<WorkStatus<SyncSummary>>,
    /// Whether the object keeps the ticket of an import that ended without a result. The next `import`
    /// with the same request and the same content resumes it.
    pub keeps_ticket: bool,
    /// Whether the object keeps the ticket of a synchronization that ended without a result. The next
    /// `sync` with the same request and the same content resumes it; another one ends it first.
    pub keeps_sync_ticket: bool,
}

/// How far an import or a synchronization is, or how it ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct WorkStatus<S> {
    /// The name of the file in the [`Files`](crate::Files) of the workers.
    pub file: String,
    /// The SHA-256 of the file, once it was read.
    pub sha256: Option<String>,
    /// The id of the ticket.
    pub ticket: Option<String>,
    /// The step that began last, such as `uploading` of an import or `leaving` of a synchronization, as
    /// the ticket calls it.
    pub step: Option<String>,
    /// When it began, in seconds since 1970.
    pub since: Option<u64>,
    /// How far the step is, if it takes long.
    pub progress: Option<Progress>,
    /// What was done, once it is done.
    pub summary: Option<S>,
    /// Why it failed. The engine does not try again.
    pub failure: Option<Failure>,
}

impl<S> WorkStatus<S> {
    pub(super) fn new(file: &str) -> WorkStatus<S> {
        WorkStatus {
            file: file.to_owned(),
            sha256: None,
            ticket: None,
            step: None,
            since: None,
            progress: None,
            summary: None,
            failure: None,
        }
    }

    /// A step has begun.
    pub(super) fn record(&mut self, ticket: ShownTicket) {
        self.sha256 = Some(ticket.sha256);
        self.ticket = Some(ticket.id);
        self.step = Some(ticket.step.to_owned());
        self.since = Some(ticket.since);
        self.progress = None;
    }
}
