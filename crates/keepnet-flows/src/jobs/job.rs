//! A background job of a company.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
    /// When it began, in the words of the service, which do not say the time zone.
    pub created: Option<String>,
    /// When it ended, in the words of the service, which do not say the time zone.
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
    #[serde(rename = "failures")]
    pub row_problems: Vec<JobRowProblem>,
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
#[schemars(rename = "JobFailure")]
#[non_exhaustive]
pub struct JobRowProblem {
    /// The place among the failed rows; the first is 1. The service does not tell the row of the file.
    pub number: u64,
    /// The field, as the service names it.
    pub field: Option<String>,
    /// What is wrong, with anything that looks like an e-mail address cut out.
    pub message: String,
}

impl JobStatus {
    pub(super) fn from_code(code: Option<u64>) -> JobStatus {
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
