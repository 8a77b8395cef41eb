//! The work for one customer of a fleet, as the ledger keeps it.

use keepnet_client::CompanyRef;
use serde::{Deserialize, Serialize};

use super::fleet_entry::FleetEntry;
use crate::names::is_same_name;

/// The work for one customer of a fleet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct FleetJob {
    pub(super) company: CompanyRef,
    /// The name of the entry in the fleet file.
    pub(super) name: String,
    /// The entry, with absolute paths.
    pub(super) entry: FleetEntry,
    /// The SHA-256 of the staff list when the fleet was checked.
    pub(super) sha256: String,
}

impl FleetJob {
    /// Whether it is of the customer with this name or id.
    pub(super) fn is(&self, wanted: &str) -> bool {
        is_company(&self.company, wanted) || is_same_name(&self.name, wanted)
    }
}

/// Whether the customer has this name or id.
pub(super) fn is_company(company: &CompanyRef, wanted: &str) -> bool {
    company.id == wanted || is_same_name(&company.name, wanted)
}
