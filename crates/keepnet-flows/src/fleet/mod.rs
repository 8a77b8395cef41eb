//! One run for many customers: what each of them gets, and how far it is.

mod changed_list;
mod checked_fleet;
mod event;
mod fleet_entry;
mod fleet_file;
mod job;
mod ledger;
mod list_warnings;
mod outcome;
mod plan;
mod result;
mod run;
mod steps;
mod work;

pub use changed_list::ChangedList;
pub use checked_fleet::Fleet;
pub use event::FleetEvent;
pub use fleet_entry::FleetEntry;
pub use fleet_file::FleetFile;
pub use ledger::FleetLedger;
pub use list_warnings::ListWarnings;
pub use outcome::{FleetOutcome, FleetState};
pub use plan::FleetPlan;
