//! The sandbox, seen over the wire.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

mod administration;
mod api;
mod companies;
mod contract;
mod faults;
mod groups;
mod import;
mod inspection;
#[cfg(unix)]
mod serve;
mod tokens;
mod users;
