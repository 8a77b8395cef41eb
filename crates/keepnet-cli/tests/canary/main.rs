//! Secrets and users with marks in their values go through every command, with the highest verbosity,
//! without faults and with every fault; then the test searches all output and files for the marks.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod commands;
mod every_command;
mod faults;
mod marks;
mod program;
mod requests;
