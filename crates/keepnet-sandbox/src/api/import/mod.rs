//! The import of users from a file: upload, mapping, preview, import.

mod background;
mod foreign;
mod import_run;
mod mapping;
mod mapping_run;
mod preview;
mod rows;
mod start;
mod transactions;
mod upload;

pub(crate) use background::BackgroundJob;
pub(super) use background::advance_polled;
pub(crate) use background::{finish_imports, spawn_all};
pub(crate) use foreign::import_elsewhere;
pub(crate) use mapping::{create_mapping, mapping_job};
pub(crate) use preview::{export_preview, preview};
pub(super) use rows::process_errors;
pub(crate) use start::start;
pub(crate) use transactions::expire_transaction_of_call;
pub(crate) use upload::{example_file, reopen, upload, upload_summary};
