//! The work for one customer of a fleet, as the ledger keeps it.

use keepnet_client::CompanyRef;
use serde::{Deserialize, Serialize};

use super::fleet_entry::FleetEntry;
use crate::names::is_same_name;
use crate::{Error, ErrorKind, Result};

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

/// The one of these customers, each of which was meant by the text; `None` if there is none.
///
/// # Errors
///
/// [`ErrorKind::Ambiguous`] if there are several, such as one with this id and one with this name.
pub(super) fn one_customer<'a>(
    wanted: &str,
    meant: impl Iterator<Item = &'a CompanyRef>,
) -> Result<Option<&'a CompanyRef>> {
    let mut found: Vec<&CompanyRef> = Vec::new();
    for company in meant {
        if !found.iter().any(|it| it.id == company.id) {
            found.push(company);
        }
    }
    if found.len() < 2 {
        return Ok(found.pop());
    }
    let named: Vec<_> = found.iter().map(ToString::to_string).collect();
    let problem = format!("{wanted:?} may be {}", named.join(" or "));
    Err(Error::new(ErrorKind::Ambiguous, problem)
        .with_hint("use an id or a name that only one of them has")
        .with_candidates(found.into_iter().cloned().collect()))
}

/// Whether the customer has this name or id.
pub(super) fn is_company(company: &CompanyRef, wanted: &str) -> bool {
    company.id == wanted || is_same_name(&company.name, wanted)
}
