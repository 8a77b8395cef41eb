//! Importing a staff list.

mod import_request;
mod import_summary;
mod import_work;

pub use import_request::ImportRequest;
pub use import_summary::ImportSummary;
