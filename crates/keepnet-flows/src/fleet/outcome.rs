//! How the work for a customer ended.

use std::time::SystemTime;

use jiff::Timestamp;
use keepnet_client::CompanyRef;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::import::seconds;

/// How far a customer of a fleet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FleetState {
    /// It would be done; nothing is written yet.
    Planned,
    /// It has not begun.
    Waiting,
    /// It is at work, its process ended, or the service may be working on its import: it goes on when the
    /// fleet is resumed.
    Running,
    /// The customer has what its list says.
    Done,
    /// There was nothing to write.
    Unchanged,
    /// Nothing was written: the plan of the list is refused, or the customer or the list is not what was
    /// checked.
    Refused,
    /// It failed, or rows were rejected or people not written.
    Failed,
    /// It is not known what was written; the reason says whether a person has to look.
    Unknown,
}

impl FleetState {
    /// Whether the customer has what its list says, so that a resumed run leaves it out.
    pub fn is_good(self) -> bool {
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
    /// The words of the refusals of the plan, such as `too_many_leavers`; empty if it was not refused.
    #[serde(default)]
    pub refusals: Vec<String>,
    /// How many people joined: of an import, those who are new. Null if it is not known, as are the
    /// counts that follow.
    #[serde(default)]
    pub joined: Option<u64>,
    /// How many people were changed: of an import, those who existed and were imported.
    #[serde(default)]
    pub changed: Option<u64>,
    /// How many people left; 0 of an import.
    #[serde(default)]
    pub left: Option<u64>,
    /// How many people an import took, new or not; 0 of a synchronization.
    #[serde(default)]
    pub imported: Option<u64>,
    /// How many rows of the list were rejected.
    #[serde(default)]
    pub rejected: Option<u64>,
    /// How many people were to be written and were not.
    #[serde(default)]
    pub failed: Option<u64>,
    /// How much a person should look at, as [`FleetPlan::warning_count`](crate::FleetPlan::warning_count)
    /// counts it. Null if the list was not read.
    #[serde(default)]
    pub warning_count: Option<u64>,
    /// The ticket from which the work is resumed; null if it has ended or was not begun.
    #[serde(default)]
    pub ticket: Option<String>,
    /// When it ended, as RFC 3339 in UTC; null if it has not, and in the ledger of an older release.
    #[serde(default)]
    pub ended_at: Option<String>,
}

impl FleetOutcome {
    /// Without any count.
    pub(super) fn new(company: &CompanyRef, outcome: FleetState) -> FleetOutcome {
        FleetOutcome {
            company_id: company.id.clone(),
            company: company.name.clone(),
            outcome,
            why: None,
            refusals: Vec::new(),
            joined: None,
            changed: None,
            left: None,
            imported: None,
            rejected: None,
            failed: None,
            warning_count: None,
            ticket: None,
            ended_at: None,
        }
    }

    /// Nobody was written for it.
    pub(super) fn refused(company: &CompanyRef, why: impl Into<String>) -> FleetOutcome {
        let outcome = FleetOutcome {
            why: Some(why.into()),
            ..FleetOutcome::new(company, FleetState::Refused)
        };
        outcome.without_writes()
    }

    /// The same, with the counts of work that has written nobody. It is not known how many rows would
    /// have been rejected.
    pub(super) fn without_writes(self) -> FleetOutcome {
        FleetOutcome {
            joined: Some(0),
            changed: Some(0),
            left: Some(0),
            imported: Some(0),
            ..self
        }
    }

    /// The outcome of work that ends now.
    pub(super) fn ended(mut self, now: SystemTime) -> FleetOutcome {
        let now = Timestamp::from_second(seconds(now).cast_signed()).unwrap_or_default();
        self.ended_at = Some(now.to_string());
        self
    }
}
