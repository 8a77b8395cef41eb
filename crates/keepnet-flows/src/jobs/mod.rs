//! The background jobs of a company.

mod fetch;
mod job;
mod list;
mod watch;

pub(crate) use fetch::{FailedRow, FetchedJob, is_not_found};
pub use job::{Job, JobDetail, JobProcess, JobRowProblem, JobStatus};
pub(crate) use list::{JobList, ListedJob};
