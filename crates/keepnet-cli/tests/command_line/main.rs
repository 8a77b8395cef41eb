//! The `keepnet` program, with its own sandbox or one that the test runs.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod api;
mod customers;
mod every_operation;
mod importing;
mod output;
mod people;
mod program;
mod settings;
mod support;
mod terminals;
