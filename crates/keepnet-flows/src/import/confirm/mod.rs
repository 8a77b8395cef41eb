//! From the preview to the receipt: the import is requested, and its job is watched.

mod confirmed_import;
mod job_watcher;
mod selected_rows;
mod submission;

pub use confirmed_import::ConfirmedImport;
pub(crate) use job_watcher::{JOB_APPEARANCE, JobWatcher, outcome_unknown};
