//! A step of an import or a synchronization, as the journal of the engine keeps it.

use keepnet_flows::Progress;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::failure::Failure;

/// What the work has come to.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub(in crate::company) enum Step<S> {
    /// The step that the ticket names begins when this is in the journal.
    Recorded {
        /// As the work writes it into the journal.
        ticket: Value,
    },
    /// The last step still runs.
    Running { progress: Option<Progress> },
    /// The work is done.
    Ended { summary: Box<S> },
    /// The work failed, and the engine must not try again.
    Failed { failure: Failure },
}

/// The ticket of work that ended without a result, as the object keeps it for a later request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::company) struct KeptTicket<R, T> {
    pub(in crate::company) request: R,
    pub(in crate::company) ticket: T,
}

/// What the status shows of a ticket.
pub(in crate::company) struct ShownTicket {
    pub(in crate::company) sha256: String,
    pub(in crate::company) id: String,
    pub(in crate::company) step: &'static str,
    pub(in crate::company) since: u64,
}
