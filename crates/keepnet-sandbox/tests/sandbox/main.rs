//! The sandbox, tested over HTTP.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by a panic, also in its helper functions"
)]

mod administration;
mod api;
mod companies;
mod content;
mod contract;
mod editing;
mod expectations;
mod faults;
mod fleet;
mod fleet_seed;
mod groups;
mod import;
mod inspection;
mod request_waits;
#[cfg(unix)]
mod serve;
mod snapshots;
mod stubs;
mod tokens;
mod users;
