//! The sandbox, tested over HTTP.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by a panic, also in its helper functions"
)]

mod api;
mod content;
mod contract;
mod control;
mod customers;
mod import;
mod people;
#[cfg(unix)]
mod serve;
mod tokens;
