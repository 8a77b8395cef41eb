//! The background jobs of a company.

use keepnet_client::redact;
use keepnet_client::types::{JobDetailResult, ProcessResult};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::import_job::{ROW_FAILURES, listed, row_failures};
use crate::company::Company;
use crate::error::{ErrorKind, Result};
use crate::lenient_json::{Record, path_id, payload};

/// A background job, such as an import.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Job {
    /// The resource id.
    pub id: String,
    /// What kind of job it is, in the words of the service.
    pub name: String,
    /// Where it stands.
    pub status: JobStatus,
    /// How far it is, in per cent.
    pub progress: u8,
    /// When it began, as the service writes it.
    pub created: Option<String>,
    /// When it ended, as the service writes it.
    pub ended: Option<String>,
    /// Why it failed, with anything that looks like an e-mail address cut out.
    pub message: Option<String>,
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum JobStatus {
    /// Not begun.
    Waiting,
    /// Begun.
    Started,
    /// Under way.
    Running,
    /// Ended; single rows may have failed all the same.
    Completed,
    /// Ended without success.
    Failed,
    /// A status that is not known here.
    #[default]
    Unknown,
}

/// A background job in detail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct JobDetail {
    /// The job.
    #[serde(flatten)]
    pub job: Job,
    /// What it does, one after the other.
    pub processes: Vec<JobProcess>,
    /// The problems with rows it failed at.
    pub failures: Vec<JobFailure>,
}

/// A part of a job.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct JobProcess {
    /// What it does, in the words of the service.
    pub name: String,
    /// How many rows are done.
    pub done: u64,
    /// How many rows there are.
    pub total: u64,
    /// Whether it has ended.
    pub finished: bool,
}

/// A problem with a row that a job failed at. Nothing of the person is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct JobFailure {
    /// The place among the failed rows; the first is 1. The service does not tell the row of the file.
    pub number: u64,
    /// The field, as the service names it.
    pub field: Option<String>,
    /// What is wrong, with anything that looks like an e-mail address cut out.
    pub message: String,
}

impl Company {
    /// Lists the background jobs of this company, in the order of the service.
    ///
    /// # Errors
    ///
    /// If the call fails.
    pub async fn jobs(&self) -> Result<Vec<Job>> {
        all(self).await
    }

    /// One background job, with what it does and the rows it failed at.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if this company has no such job.
    pub async fn job(&self, id: &str) -> Result<JobDetail> {
        one(self, id).await
    }
}

async fn all(company: &Company) -> Result<Vec<Job>> {
    let doing = "listing the jobs";
    let answer = company
        .raw()
        .list_jobs()
        .await
        .map_err(|error| company.failed(doing, error))?;
    let data = payload(&answer).map_err(|said| company.error(ErrorKind::Rejected, doing, said))?;
    Ok(listed(data).iter().filter_map(read).collect())
}

async fn one(company: &Company, id: &str) -> Result<JobDetail> {
    let doing = "looking at the job";
    let Some(id) = path_id(Some(id.trim().to_owned())) else {
        let problem = format!("{id:?} is no id of a job");
        return Err(company.error(ErrorKind::NotFound, doing, problem));
    };
    company
        .raw()
        .get_job(&id)
        .await
        .map(JobDetail::from)
        .map_err(|error| company.failed(doing, error))
}

fn read(job: &Value) -> Option<Job> {
    let record = Record::of(job)?;
    let status = record
        .count("status")
        .and_then(|code| i32::try_from(code).ok());
    Some(Job {
        id: record.text("resourceId")?,
        name: record.text("name").unwrap_or_default(),
        status: JobStatus::of(status),
        progress: record.count("progress").unwrap_or_default().min(100) as u8,
        created: record.text("createTime"),
        ended: record.text("endTime"),
        message: record.text("errorMessage").and_then(|text| said(&text)),
    })
}

impl From<JobDetailResult> for JobDetail {
    fn from(job: JobDetailResult) -> JobDetail {
        let processes = job.process_results.unwrap_or_default();
        let (failed, working): (Vec<_>, Vec<_>) = processes
            .into_iter()
            .partition(|process| process.type_ == Some(ROW_FAILURES));
        let rows = failed.into_iter().flat_map(row_failures);
        let failures = (1..).zip(rows).flat_map(|(number, row)| {
            row.problems
                .into_iter()
                .map(move |(field, message)| JobFailure {
                    number,
                    field,
                    message: redact(&message),
                })
        });
        JobDetail {
            failures: failures.collect(),
            processes: working.into_iter().map(JobProcess::from).collect(),
            job: Job {
                id: job.resource_id.unwrap_or_default(),
                name: job.name.unwrap_or_default(),
                status: JobStatus::of(job.status),
                progress: job.progress.unwrap_or_default().clamp(0.0, 100.0) as u8,
                created: job.create_time,
                ended: job.end_time,
                message: job.error_message.and_then(|text| said(&text)),
            },
        }
    }
}

impl From<ProcessResult> for JobProcess {
    fn from(process: ProcessResult) -> JobProcess {
        let count = |count: Option<i64>| u64::try_from(count.unwrap_or_default()).unwrap_or(0);
        JobProcess {
            name: process.name.unwrap_or_default(),
            done: count(process.current_count),
            total: count(process.target_count),
            finished: process.is_finished.unwrap_or_default(),
        }
    }
}

impl JobStatus {
    fn of(code: Option<i32>) -> JobStatus {
        match code {
            Some(0) => JobStatus::Waiting,
            Some(1) => JobStatus::Started,
            Some(2) => JobStatus::Running,
            Some(3) => JobStatus::Completed,
            Some(4) => JobStatus::Failed,
            _ => JobStatus::Unknown,
        }
    }
}

fn said(text: &str) -> Option<String> {
    Some(redact(text)).filter(|text| !text.is_empty())
}
