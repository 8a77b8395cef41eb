//! Commands for one customer of many, and for many.

mod billing;
mod company_lists;
mod doctor;
#[cfg(unix)]
mod fleet_cases;
mod fleet_ledgers;
mod fleets;
mod many;
