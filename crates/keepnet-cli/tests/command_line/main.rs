//! The `keepnet` program, with its own sandbox or one that the test runs.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod access;
mod adding;
mod api;
mod billing;
mod certificates;
mod company_lists;
mod contract;
mod doctor;
mod editing;
mod every_operation;
mod files;
#[cfg(unix)]
mod fleet_cases;
mod fleets;
mod groups;
mod help;
mod imports;
#[cfg(unix)]
mod interrupting;
mod jobs;
mod listing;
mod lists;
mod many;
mod outcomes;
mod output_contract;
mod printed;
mod profiles;
mod program;
#[cfg(unix)]
mod questions;
mod resuming;
mod staff_lists;
mod stored_credentials;
mod support;
mod talking;
#[cfg(unix)]
mod terminal;
mod tickets;
#[cfg(unix)]
mod transcript;
mod words;
