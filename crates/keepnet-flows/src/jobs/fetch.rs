//! One job in detail, with the rows it failed at.

use std::ops::RangeInclusive;

use keepnet_client::redact;
use keepnet_client::types::{JobDetailResult, ProcessResult};
use serde_json::Value;

use super::job::{Job, JobDetail, JobProcess, JobRowProblem, JobStatus};
use super::list::redacted;
use crate::lenient_json::{Record, path_id};
use crate::row_problems::ServiceProblem;
use crate::{Company, Error, ErrorKind, Result};

/// The process type under which the service lists the rows that it did not import.
const FAILED_ROWS: i32 = 11;

impl Company {
    /// One background job, with its processes and the rows it failed at.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if this company has no such job.
    pub async fn job(&self, id: &str) -> Result<JobDetail> {
        Ok(FetchedJob::of(self, id).await?.detail)
    }
}

/// A job with the data that only an import needs.
pub(crate) struct FetchedJob {
    pub(crate) detail: JobDetail,
    pub(crate) failed_rows: Vec<FailedRow>,
    is_finished: bool,
}

/// A row that the service failed to import.
pub(crate) struct FailedRow {
    pub(crate) email: String,
    pub(crate) was_new: bool,
    pub(crate) problems: Vec<ServiceProblem>,
}

impl FetchedJob {
    /// Fetches the job that a user names.
    pub(super) async fn of(company: &Company, id: &str) -> Result<FetchedJob> {
        let job = match path_id(Some(id.trim().to_owned())) {
            Some(id) => FetchedJob::fetch(company, &id).await,
            None => {
                let problem = format!("{id:?} is not the id of a job");
                Err(Error::new(ErrorKind::NotFound, problem))
            }
        };
        job.map_err(company.context("fetching the job"))
    }

    pub(crate) async fn fetch(company: &Company, id: &str) -> Result<FetchedJob> {
        let job = company.raw().get_job(id).await?;
        Ok(FetchedJob::from(job))
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.detail.job.status == JobStatus::Failed
    }

    /// Whether it has ended, with or without success.
    pub(crate) fn has_ended(&self) -> bool {
        let has_ended_status = matches!(
            self.detail.job.status,
            JobStatus::Completed | JobStatus::Failed
        );
        has_ended_status || self.is_finished
    }

    /// How many rows each of its processes has; a process without rows has nothing to do.
    pub(crate) fn row_counts(&self) -> impl Iterator<Item = u64> {
        let counts = self.detail.processes.iter().map(|process| process.total);
        counts.filter(|total| *total > 0)
    }

    /// How many rows are done, and how many there are, by the process that has as many rows as there
    /// are people, or else by the one with the most; `None` if the job shows no rows.
    pub(crate) fn rows_of(&self, people: &RangeInclusive<u64>) -> Option<(u64, u64)> {
        let processes = self.detail.processes.iter();
        let rows = processes.map(|process| (process.done, process.total));
        rows.filter(|(_, total)| *total > 0)
            .max_by_key(|(_, total)| (people.contains(total), *total))
    }
}

/// Whether the service has no such job.
pub(crate) fn is_not_found(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Invalid)
}

impl From<JobDetailResult> for FetchedJob {
    fn from(job: JobDetailResult) -> FetchedJob {
        let processes = job.process_results.unwrap_or_default();
        let (failed, working): (Vec<_>, Vec<_>) = processes
            .into_iter()
            .partition(|process| process.type_ == Some(FAILED_ROWS));
        let count = |count: Option<i64>| u64::try_from(count.unwrap_or_default()).unwrap_or(0);
        let process = |process: ProcessResult| JobProcess {
            name: process.name.unwrap_or_default(),
            done: count(process.current_count),
            total: count(process.target_count),
            finished: process.is_finished.unwrap_or_default(),
        };
        let errors = failed.into_iter().filter_map(|it| it.process_errors);
        let failed_rows: Vec<FailedRow> = errors
            .flatten()
            .map(|error| FailedRow::parse(error.error_message, error.input_data))
            .collect();
        let row_problems = (1..).zip(&failed_rows).flat_map(|(number, row)| {
            row.problems.iter().map(move |problem| JobRowProblem {
                number,
                field: problem.field.clone(),
                message: redact(&problem.message),
            })
        });
        FetchedJob {
            detail: JobDetail {
                row_problems: row_problems.collect(),
                processes: working.into_iter().map(process).collect(),
                job: Job {
                    id: job.resource_id.unwrap_or_default(),
                    name: job.name.unwrap_or_default(),
                    status: JobStatus::from_code(job.status.and_then(|it| it.try_into().ok())),
                    progress: job.progress.unwrap_or_default().clamp(0.0, 100.0) as u8,
                    created: job.create_time,
                    ended: job.end_time,
                    message: job.error_message.and_then(redacted),
                },
            },
            failed_rows,
            is_finished: job.is_finished == Some(true),
        }
    }
}

impl FailedRow {
    /// Parses an error of a process. The row is JSON in a text, and its problems are JSON in a text
    /// inside that.
    fn parse(message: Option<String>, row: Option<String>) -> FailedRow {
        const NEW: &str = "2";
        let row: Value = serde_json::from_str(&row.unwrap_or_default()).unwrap_or_default();
        let row = Record::of(&row);
        let text = |name| row.and_then(|row| row.text(name)).unwrap_or_default();
        let message = message.filter(|text| !text.trim().is_empty());
        FailedRow {
            email: text("email"),
            was_new: text("status") == NEW,
            problems: ServiceProblem::of_row(row, message),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn failed_row_is_parsed_through_both_encodings() {
        let parse = |row: &str| FailedRow::parse(Some("failed".to_owned()), Some(row.to_owned()));
        let problem = |field: Option<&str>, message: &str| ServiceProblem {
            field: field.map(str::to_owned),
            message: message.to_owned(),
        };
        let detail = json!([{"FieldName": "Email", "Message": "no"}]).to_string();
        let row = json!({"Email": "x@acme.example", "Status": 2, "ValidationDetail": detail});
        let row = parse(&row.to_string());
        assert_eq!(row.email, "x@acme.example");
        assert!(row.was_new);
        assert_eq!(row.problems, [problem(Some("Email"), "no")]);
        assert_eq!(parse("not JSON").problems, [problem(None, "failed")]);
    }
}
