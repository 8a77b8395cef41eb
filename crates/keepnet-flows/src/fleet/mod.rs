//! One command for many customers: what each of them gets, and how far it is.

mod fleet_file;
mod ledger;
mod outcome;
mod run;

pub use fleet_file::{Fleet, FleetEntry, FleetFile};
pub use ledger::FleetLedger;
pub use outcome::{FleetOutcome, FleetState};
