//! What happens while a fleet runs.

use keepnet_client::CompanyRef;

use super::outcome::FleetOutcome;
use crate::import::Progress;

/// What happens to a customer while a fleet runs.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum FleetEvent {
    /// The work for this customer begins.
    Started(CompanyRef),
    /// How far the work for this customer is.
    Progress(CompanyRef, Progress),
    /// The work for this customer has ended.
    Finished(FleetOutcome),
}

impl FleetEvent {
    /// The outcome, if the work for a customer has ended.
    pub fn into_outcome(self) -> Option<FleetOutcome> {
        match self {
            FleetEvent::Finished(outcome) => Some(outcome),
            _ => None,
        }
    }
}
