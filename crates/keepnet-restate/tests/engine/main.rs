//! The services on a real Restate server, with worker processes that are killed.
//!
//! `KEEPNET_RESTATE_SERVER` is the path of the server; `.ci/run` installs it with npm. Without it the
//! tests say that they skip.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails by panicking, and says what it skips"
)]

mod addresses;
mod compose;
mod costs;
mod deployment;
mod documented;
mod fleets;
mod imports;
mod killed_imports;
mod killed_syncs;
mod kills;
mod syncs;
