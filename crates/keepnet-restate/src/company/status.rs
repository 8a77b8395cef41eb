//! What the object of a customer shows.

use keepnet_flows::import::TicketStep;
use keepnet_flows::{Progress, Ticket};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::import_summary::ImportSummary;
use crate::failure::Failure;

/// What is known of the imports of a customer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct CompanyStatus {
    /// The import that runs, or that ran last; null if there was none.
    pub import: Option<ImportStatus>,
    /// Whether the object keeps the ticket of an import that ended without a result. The next `import`
    /// with the same request and the same content resumes it.
    pub keeps_ticket: bool,
}

/// How far an import is, or how it ended.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ImportStatus {
    /// The name of the file in the [`Files`](crate::Files) of the workers.
    pub file: String,
    /// The SHA-256 of the file, once it was read.
    pub sha256: Option<String>,
    /// The id of the ticket.
    pub ticket: Option<String>,
    /// The step that began last, such as `uploading`, as the ticket calls it.
    pub step: Option<String>,
    /// When it began, in seconds since 1970.
    pub since: Option<u64>,
    /// How far the step is, if it takes long.
    pub progress: Option<Progress>,
    /// What the import did, once it is done.
    pub summary: Option<ImportSummary>,
    /// Why the import failed. The engine does not try again.
    pub failure: Option<Failure>,
}

impl ImportStatus {
    /// A step has begun.
    pub(super) fn record(&mut self, ticket: &Ticket) {
        self.sha256 = Some(ticket.file.sha256.clone());
        self.ticket = Some(ticket.id.clone());
        self.step = Some(step_name(&ticket.step).to_owned());
        self.since = Some(ticket.updated);
        self.progress = None;
    }
}

fn step_name(step: &TicketStep) -> &'static str {
    match step {
        TicketStep::Checked => "checked",
        TicketStep::Uploading => "uploading",
        TicketStep::Uploaded { .. } => "uploaded",
        TicketStep::Mapping { .. } => "mapping",
        TicketStep::Previewed { .. } => "previewed",
        TicketStep::Confirming(_) => "confirming",
        TicketStep::Accepted(_) => "accepted",
        TicketStep::Started { .. } => "started",
        TicketStep::Failed { .. } => "failed",
        TicketStep::Done { .. } => "done",
        _ => "unknown",
    }
}
