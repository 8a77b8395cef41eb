//! A step of an import, as the journal of the engine keeps it.

use keepnet_flows::{Progress, Ticket};
use serde::{Deserialize, Serialize};

use super::import_request::ImportRequest;
use super::import_summary::ImportSummary;
use crate::failure::Failure;

/// What an import has come to.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub(super) enum ImportStep {
    /// The step that the ticket names begins when this is in the journal.
    Recorded { ticket: Box<Ticket> },
    /// The last step still runs.
    Running { progress: Option<Progress> },
    /// The import is done.
    Ended { summary: Box<ImportSummary> },
    /// The import failed, and the engine must not try again.
    Failed { failure: Failure },
}

/// An import that ended without a result, as the object keeps it for a later request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct KeptTicket {
    pub(super) request: ImportRequest,
    pub(super) ticket: Box<Ticket>,
}

impl ImportStep {
    /// What the engine shows for the step in its journal.
    pub(super) const NAME: &str = "step of the import";
}
