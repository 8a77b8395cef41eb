//! Staff lists: read, mapped, validated and prepared for the service.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod allowed_values;
mod certainty;
mod fixtures;
mod hostile_workbooks;
mod mapping;
mod odd_files;
mod odd_workbooks;
mod producers;
mod support;
mod text_files;
mod uploads;

mod warnings;
mod workbooks;
