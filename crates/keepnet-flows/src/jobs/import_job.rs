//! The import job: finding it, and reading how far it is.

use std::collections::HashSet;

use keepnet_client::Timestamp;
use keepnet_client::types::{JobDetailResult, ProcessResult};
use serde_json::Value;

use crate::company::Company;
use crate::error::{ErrorKind, Result};
use crate::lenient_json::{Record, count, path_id, payload};
use crate::rejected::{problem, row_values};

/// The process type under which the service lists the rows it did not import.
pub(crate) const ROW_FAILURES: i32 = 11;
const COMPLETED: i32 = 3;
const FAILED: i32 = 4;

/// The jobs of a company at one time.
#[derive(Debug)]
pub(crate) struct Jobs(Vec<ListedJob>);

#[derive(Debug)]
struct ListedJob {
    id: String,
    number: Option<u64>,
    name: String,
    created: Timestamp,
}

impl Jobs {
    pub(crate) async fn list(company: &Company, doing: &str) -> Result<Jobs> {
        let answer = company
            .raw()
            .list_jobs()
            .await
            .map_err(|error| company.failed(doing, error))?;
        let data =
            payload(&answer).map_err(|said| company.error(ErrorKind::Rejected, doing, said))?;
        Ok(Jobs(read_list(data)))
    }

    /// The newest job that is none of the `earlier` ones; one that is named as an import goes before
    /// others.
    pub(crate) fn newest_since(&self, earlier: &[String]) -> Option<&str> {
        self.since(earlier)
            .max_by_key(|job| (job.is_import(), job.number, job.created.civil()))
            .map(|job| job.id.as_str())
    }

    /// The jobs that are none of the `earlier` ones: id, and whether it is named as an import.
    pub(crate) fn all_since(&self, earlier: &[String]) -> Vec<(String, bool)> {
        self.since(earlier)
            .map(|job| (job.id.clone(), job.is_import()))
            .collect()
    }

    pub(crate) fn ids(self) -> Vec<String> {
        self.0.into_iter().map(|job| job.id).collect()
    }

    fn since(&self, earlier: &[String]) -> impl Iterator<Item = &ListedJob> {
        let known: HashSet<&str> = earlier.iter().map(String::as_str).collect();
        let jobs = self.0.iter().rev();
        jobs.filter(move |job| !known.contains(job.id.as_str()))
    }
}

impl ListedJob {
    fn is_import(&self) -> bool {
        let name = self.name.to_lowercase();
        name.contains("import") || name.contains("user")
    }
}

/// The document has one job here, the service a list of them.
pub(crate) fn listed(data: &Value) -> &[Value] {
    match data {
        Value::Array(jobs) => jobs,
        data => match Record::of(data).map(|record| record.list("results")) {
            Some(jobs) if !jobs.is_empty() => jobs,
            _ => std::slice::from_ref(data),
        },
    }
}

fn read_list(data: &Value) -> Vec<ListedJob> {
    let job = |job: &Value| {
        let record = Record::of(job)?;
        Some(ListedJob {
            id: path_id(record.text("resourceId"))?,
            number: record.get("jobId").and_then(count),
            name: record.text("name").unwrap_or_default(),
            created: match record.text("createTime").unwrap_or_default().parse() {
                Ok(time) => time,
                Err(never) => match never {},
            },
        })
    };
    listed(data).iter().filter_map(job).collect()
}

/// How far a job is.
pub(crate) struct JobState {
    pub(crate) outcome: Option<Outcome>,
    pub(crate) status: Option<i32>,
    /// Rows done and rows to do.
    pub(crate) rows: Option<(u64, u64)>,
    pub(crate) percent: u64,
    pub(crate) failures: Vec<RowFailure>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Completed,
    Failed(Option<String>),
}

/// A row that the service failed to import.
pub(crate) struct RowFailure {
    pub(crate) email: String,
    pub(crate) was_new: bool,
    pub(crate) problems: Vec<(Option<String>, String)>,
}

pub(crate) async fn look(
    company: &Company,
    job: &str,
) -> std::result::Result<JobState, keepnet_client::Error> {
    company.raw().get_job(job).await.map(JobState::from)
}

/// Whether the service has no such job.
pub(crate) fn is_none(error: &keepnet_client::Error) -> bool {
    use keepnet_client::ErrorKind;
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Invalid)
}

impl From<JobDetailResult> for JobState {
    fn from(job: JobDetailResult) -> JobState {
        let processes = job.process_results.unwrap_or_default();
        let (failed, working): (Vec<_>, Vec<_>) = processes
            .into_iter()
            .partition(|process| process.type_ == Some(ROW_FAILURES));
        let count = |count: Option<i64>| u64::try_from(count.unwrap_or_default()).unwrap_or(0);
        let rows = working
            .iter()
            .map(|process| (count(process.current_count), count(process.target_count)))
            .max_by_key(|(_, target)| *target)
            .filter(|(_, target)| *target > 0);
        JobState {
            outcome: match (job.status, job.is_finished) {
                (Some(FAILED), _) => Some(Outcome::Failed(job.error_message)),
                (Some(COMPLETED), _) | (_, Some(true)) => Some(Outcome::Completed),
                _ => None,
            },
            status: job.status,
            rows,
            percent: job.progress.unwrap_or_default().clamp(0.0, 100.0) as u64,
            failures: failed.into_iter().flat_map(row_failures).collect(),
        }
    }
}

pub(crate) fn row_failures(process: ProcessResult) -> impl Iterator<Item = RowFailure> {
    let errors = process.process_errors.into_iter().flatten();
    errors.map(|error| {
        let said = error.error_message.filter(|text| !text.trim().is_empty());
        read_failure(said, error.input_data.as_deref().unwrap_or_default())
    })
}

/// The row is JSON in a text, and what is wrong with it JSON in a text within that.
fn read_failure(said: Option<String>, input: &str) -> RowFailure {
    const NEW: &str = "2";
    let input: Value = serde_json::from_str(input).unwrap_or_default();
    let record = Record::of(&input);
    let text = |name| {
        record
            .and_then(|record| record.text(name))
            .unwrap_or_default()
    };
    let details = record.and_then(|record| record.get("validationDetail"));
    let details = match details {
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_default(),
        Some(details) => details.clone(),
        None => Value::Null,
    };
    let details = details.as_array().map_or(&[][..], Vec::as_slice);
    let mut problems: Vec<_> = details.iter().filter_map(problem).collect();
    if problems.is_empty() {
        problems.push((None, said.unwrap_or_default()));
    }
    let values = row_values::of_value(&input);
    for (_, message) in &mut problems {
        *message = row_values::cut_out(message, &values);
    }
    RowFailure {
        email: text("email"),
        was_new: text("status") == NEW,
        problems,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_newest_job_that_was_not_there_before_is_found_in_any_shape() {
        let check = |before: Value, after: Value, expected: Option<&str>| {
            let (before, now) = (Jobs(read_list(&before)), Jobs(read_list(&after)));
            assert_eq!(now.newest_since(&before.ids()), expected, "{after}");
        };
        let job =
            |id: &str, number: u64| json!({"resourceId": id, "jobId": number, "name": "Import"});
        check(json!([]), json!([job("a", 1)]), Some("a"));
        check(json!([job("a", 1)]), json!([job("a", 1)]), None);
        check(
            json!([job("a", 1)]),
            json!([job("c", 3), job("b", 2), job("a", 1)]),
            Some("c"),
        );
        check(
            json!([job("a", 1)]),
            json!([job("a", 1), job("b", 2), job("c", 3)]),
            Some("c"),
        );
        check(json!(null), job("a", 1), Some("a"));
        check(json!([]), json!({"results": [job("a", 1)]}), Some("a"));
        check(
            json!([]),
            json!([{"ResourceId": "p", "Name": "Other"}, {"ResourceId": "q", "Name": "User import"}]),
            Some("q"),
        );
        check(
            json!([]),
            json!([{"resourceId": "x/y"}, {"name": "no id"}]),
            None,
        );
        let at = |id: &str, time: &str| json!({"resourceId": id, "createTime": time});
        check(
            json!([]),
            json!([at("a", "25/03/2026 07:49"), at("b", "25/03/2026 07:50")]),
            Some("b"),
        );
    }

    #[test]
    fn a_row_failure_is_read_through_both_encodings() {
        let detail = json!([{"FieldName": "Email", "Message": "no"}]).to_string();
        let input = json!({"Email": "x@acme.example", "Status": 2, "ValidationDetail": detail});
        let failure = read_failure(Some("said".to_owned()), &input.to_string());
        assert_eq!(failure.email, "x@acme.example");
        assert!(failure.was_new);
        assert_eq!(
            failure.problems,
            [(Some("Email".to_owned()), "no".to_owned())]
        );
        let failure = read_failure(Some("said".to_owned()), "not JSON");
        assert_eq!(failure.problems, [(None, "said".to_owned())]);
    }
}
