//! The background jobs of a company.

mod import_job;
mod job;

pub(crate) use import_job::{JobState, Jobs, Outcome, RowFailure, is_none, look};
pub use job::{Job, JobDetail, JobFailure, JobProcess, JobStatus};
