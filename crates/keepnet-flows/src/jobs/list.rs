//! The list of the jobs of a company.

use std::collections::HashSet;

use keepnet_client::redact;
use serde_json::Value;

use super::job::{Job, JobStatus};
use crate::lenient_json::{Record, path_id, payload};
use crate::paging::ListDoubt;
use crate::{Company, Error, ErrorKind, Result};

impl Company {
    /// Lists the background jobs of this company, in the order of the service.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Protocol`] if the response has something that is no job with an id, or a count that is
    /// not that of its jobs, and if the call fails.
    pub async fn jobs(&self) -> Result<Vec<Job>> {
        let jobs = JobList::fetch(self).await.and_then(JobList::whole);
        let jobs = jobs.map_err(self.context("listing the jobs"))?;
        Ok(jobs.jobs.into_iter().map(|listed| listed.job).collect())
    }
}

/// The jobs of a company at one time, in the order of the service.
#[derive(Debug)]
pub(crate) struct JobList {
    jobs: Vec<ListedJob>,
    /// How many entries are no jobs with an id.
    unreadable: usize,
    count: JobCount,
}

/// What a list says of the number of its jobs.
#[derive(Clone, Copy, Debug)]
enum JobCount {
    /// It has all of them: the service lists them in an array without a count.
    All,
    /// It is a page, with the number of all jobs if it says one.
    OfPage(Option<u64>),
}

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
        let page = Record::of(data).and_then(|page| Some((page, page.get("results")?.as_array()?)));
        let (entries, count) = match (data, page) {
            (Value::Array(jobs), _) => (jobs.as_slice(), JobCount::All),
            (_, Some((page, jobs))) => {
                let total = page.count("totalNumberOfRecords");
                (jobs.as_slice(), JobCount::OfPage(total))
            }
            _ => (std::slice::from_ref(data), JobCount::All),
        };
        let jobs: Vec<_> = entries.iter().filter_map(ListedJob::parse).collect();
        JobList {
            unreadable: entries.len() - jobs.len(),
            jobs,
            count,
        }
    }

    /// Which job may be missing; `None` if it has all jobs of the company.
    pub(crate) fn missing(&self) -> Option<&'static str> {
        self.problem()?;
        Some(match self.unreadable {
            0 => "that is not listed",
            _ => "that has no id",
        })
    }

    /// The list, if it has all jobs of the company.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Protocol`] if an entry is no job with an id, or if the list is a page whose count is not
    /// that of its jobs.
    fn whole(self) -> Result<JobList> {
        match self.problem() {
            None => Ok(self),
            Some(problem) => Err(Error::new(ErrorKind::Protocol, problem)),
        }
    }

    fn problem(&self) -> Option<String> {
        let entries = self.jobs.len() + self.unreadable;
        let listed = entries as u64;
        let problem = match self.unreadable {
            0 => match self.count {
                JobCount::All => return None,
                JobCount::OfPage(None) => ListDoubt::NotCounted.about("jobs"),
                JobCount::OfPage(Some(total)) if total < listed => {
                    ListDoubt::CountedTooFew.about("jobs")
                }
                JobCount::OfPage(Some(total)) if total == listed => return None,
                JobCount::OfPage(Some(total)) => {
                    format!("the service lists {listed} of {total} jobs")
                }
            },
            1 => format!("1 of the {entries} entries in the list of jobs is no job with an id"),
            unreadable => {
                format!(
                    "{unreadable} of the {entries} entries in the list of jobs are no jobs with ids"
                )
            }
        };
        Some(problem)
    }

    /// The jobs that are not among the `earlier` ones and have an id that can stand in a path, in the
    /// order of the service.
    pub(crate) fn since(&self, earlier: &[String]) -> Vec<&ListedJob> {
        let earlier: HashSet<&str> = earlier.iter().map(String::as_str).collect();
        let is_new = |it: &&ListedJob| !earlier.contains(it.job.id.as_str());
        let is_usable = |it: &&ListedJob| path_id(Some(it.job.id.clone())).is_some();
        self.jobs.iter().filter(is_new).filter(is_usable).collect()
    }

    pub(crate) fn ids(self) -> Vec<String> {
        self.jobs.into_iter().map(|listed| listed.job.id).collect()
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

    #[test]
    fn list_with_something_else_is_not_whole() {
        let check = |data: Value, expected: Result<usize, &str>| {
            let whole = JobList::parse(&data).whole();
            let found = whole.map(|list| list.jobs.len());
            let found = found.map_err(|error| error.problem());
            assert_eq!(found, expected.map_err(str::to_owned), "{data}");
        };
        let job = json!({"resourceId": "a"});
        check(json!([]), Ok(0));
        check(json!([job]), Ok(1));
        check(job.clone(), Ok(1));
        let counted =
            |jobs: &[&Value], total: Value| json!({"results": jobs, "totalNumberOfRecords": total});
        check(counted(&[], json!(0)), Ok(0));
        check(counted(&[&job], json!(1)), Ok(1));
        let uncounted = "the service does not say how many jobs there are; some may be missing";
        check(json!({"results": []}), Err(uncounted));
        check(counted(&[], json!(null)), Err(uncounted));
        check(counted(&[], json!(-5)), Err(uncounted));
        check(counted(&[&job], json!(null)), Err(uncounted));
        let too_many = "the service counts fewer jobs than it lists; some may be missing";
        check(counted(&[&job], json!(0)), Err(too_many));
        check(counted(&[], json!(7)), Err("the service lists 0 of 7 jobs"));
        check(
            counted(&[&job], json!(7)),
            Err("the service lists 1 of 7 jobs"),
        );
        let one = "1 of the 1 entries in the list of jobs is no job with an id";
        check(json!({}), Err(one));
        check(json!(null), Err(one));
        check(json!([{"name": "no id"}]), Err(one));
        let two = "2 of the 3 entries in the list of jobs are no jobs with ids";
        check(json!([job, 5, {"resourceId": null}]), Err(two));
    }
}
