//! The list of the jobs of a company.

use std::collections::HashSet;

use keepnet_client::redact;
use serde_json::Value;

use super::job::{Job, JobStatus};
use crate::lenient_json::{Record, path_id, payload};
use crate::{Company, Result};

impl Company {
    /// Lists the background jobs of this company, in the order of the service.
    ///
    /// # Errors
    ///
    /// If the call fails.
    pub async fn jobs(&self) -> Result<Vec<Job>> {
        let jobs = JobList::fetch(self).await;
        let jobs = jobs.map_err(self.context("listing the jobs"))?;
        Ok(jobs.0.into_iter().map(|listed| listed.job).collect())
    }
}

/// The jobs of a company at one time, in the order of the service.
#[derive(Debug)]
pub(crate) struct JobList(Vec<ListedJob>);

#[derive(Debug)]
pub(crate) struct ListedJob {
    pub(crate) job: Job,
}

impl JobList {
    pub(crate) async fn fetch(company: &Company) -> Result<JobList> {
        let response = company.raw().list_jobs().await?;
        Ok(JobList::parse(payload(&response)?))
    }

    /// The document has one job here, the service a list of them.
    fn parse(data: &Value) -> JobList {
        let jobs = match data {
            Value::Array(jobs) => jobs,
            data => match Record::of(data).map(|record| record.list("results")) {
                Some(jobs) if !jobs.is_empty() => jobs,
                _ => std::slice::from_ref(data),
            },
        };
        JobList(jobs.iter().filter_map(ListedJob::parse).collect())
    }

    /// The jobs that are not among the `earlier` ones and have an id that can stand in a path, in the
    /// order of the service.
    pub(crate) fn since(&self, earlier: &[String]) -> Vec<&ListedJob> {
        let earlier: HashSet<&str> = earlier.iter().map(String::as_str).collect();
        let is_new = |it: &&ListedJob| !earlier.contains(it.job.id.as_str());
        let is_usable = |it: &&ListedJob| path_id(Some(it.job.id.clone())).is_some();
        self.0.iter().filter(is_new).filter(is_usable).collect()
    }

    pub(crate) fn ids(self) -> Vec<String> {
        self.0.into_iter().map(|listed| listed.job.id).collect()
    }
}

impl ListedJob {
    fn parse(job: &Value) -> Option<ListedJob> {
        let record = Record::of(job)?;
        Some(ListedJob {
            job: Job {
                id: record.text("resourceId")?,
                name: record.text("name").unwrap_or_default(),
                status: JobStatus::from_code(record.count("status")),
                progress: record.count("progress").unwrap_or_default().min(100) as u8,
                created: record.text("createTime"),
                ended: record.text("endTime"),
                message: record.text("errorMessage").and_then(redacted),
            },
        })
    }

    pub(crate) fn is_import(&self) -> bool {
        let name = self.job.name.to_lowercase();
        name.contains("import") || name.contains("user")
    }
}

/// The text with e-mail addresses removed; `None` if it is empty.
pub(super) fn redacted(text: String) -> Option<String> {
    Some(redact(&text)).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn new_jobs_are_found_in_any_shape() {
        let check = |before: Value, after: Value, expected: &[&str]| {
            let (before, now) = (JobList::parse(&before), JobList::parse(&after));
            let earlier = before.ids();
            let new: Vec<&str> = now.since(&earlier).iter().map(|it| &*it.job.id).collect();
            assert_eq!(new, expected, "{after}");
        };
        let job = |id: &str| json!({"resourceId": id, "name": "Import"});
        check(json!([]), json!([job("a")]), &["a"]);
        check(json!([job("a")]), json!([job("a")]), &[]);
        let three = json!([job("c"), job("b"), job("a")]);
        check(json!([job("a")]), three, &["c", "b"]);
        check(json!(null), job("a"), &["a"]);
        check(json!([]), json!({"results": [job("a")]}), &["a"]);
        let pascal = json!([{"ResourceId": "p", "Name": "Other"}]);
        check(json!([]), pascal, &["p"]);
        let unusable = json!([{"resourceId": "x/y"}, {"name": "no id"}]);
        check(json!([]), unusable, &[]);
    }
}
