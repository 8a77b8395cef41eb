//! From the preview to the receipt: the import is requested, and its job is watched.

mod confirmed_import;
mod job_watcher;
mod own_job;
mod receipts;
mod recover;
mod sample;
mod selected_rows;
mod submission;

pub use confirmed_import::ConfirmedImport;
pub(crate) use job_watcher::{JobWatcher, outcome_unknown};
pub(crate) use recover::Recovered;
pub(crate) use sample::SampledEmails;
