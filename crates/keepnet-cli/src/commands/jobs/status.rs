//! The words for the status of a job.

use keepnet_flows::JobStatus;

pub(super) fn in_words(status: JobStatus) -> &'static str {
    match status {
        JobStatus::Waiting => "waiting",
        JobStatus::Started => "started",
        JobStatus::Running => "running",
        JobStatus::Completed => "completed",
        JobStatus::Failed => "failed",
        _ => "unknown",
    }
}
