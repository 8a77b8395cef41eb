//! The real `keepnet` program, with a sandbox of its own or one that runs beside it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod access;
mod adding;
mod api;
mod contract;
mod files;
mod groups;
mod help;
mod imports;
mod jobs;
mod lists;
mod profiles;
mod program;
mod resuming;
mod shown;
mod staff_lists;
mod support;
