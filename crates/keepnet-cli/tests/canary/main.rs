//! Marked secrets and marked people go through every command, at its most talkative, against success
//! and every fault; then everything the program left behind is searched for the marks.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod commands;
mod every_command;
mod faults;
mod marks;
mod program;
mod requests;
