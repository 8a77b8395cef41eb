//! How the work for a customer ended.

use keepnet_client::CompanyRef;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How far a customer of a fleet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FleetState {
    /// It is at work, or its process ended.
    Running,
    /// Each person was imported.
    Done,
    /// There was nothing to import.
    Unchanged,
    /// It was not started: the customer or its file is not what was checked.
    Refused,
    /// It failed, or rows were rejected. Running the fleet again tries it again.
    Failed,
    /// It is not known whether the service finished it; a person has to look.
    Unknown,
}

impl FleetState {
    /// Whether a resumed run leaves the customer out.
    pub(super) fn is_finished(self) -> bool {
        matches!(self, FleetState::Done | FleetState::Unchanged)
    }
}

/// How the work for a customer of a fleet ended. It has no people's data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct FleetOutcome {
    /// The resource id of the customer.
    pub company_id: String,
    /// Its name.
    pub company: String,
    /// How it ended.
    pub outcome: FleetState,
    /// Why it did not end well, and what to do; null otherwise.
    pub why: Option<String>,
    /// How many people were imported.
    pub imported: u64,
    /// How many rows were rejected, or failed at the service.
    pub failed: u64,
}

impl FleetOutcome {
    pub(super) fn new(company: &CompanyRef, outcome: FleetState) -> FleetOutcome {
        FleetOutcome {
            company_id: company.id.clone(),
            company: company.name.clone(),
            outcome,
            why: None,
            imported: 0,
            failed: 0,
        }
    }
}
