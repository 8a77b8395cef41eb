//! Finding out whether the service has executed an import whose request has no response.

use std::collections::HashSet;

use super::job_watcher::{JobWatcher, outcome_unknown};
use super::own_job::Candidate;
use crate::import::Receipt;
use crate::{Error, Result};

/// What is known about a request without a response.
pub(crate) enum Recovered {
    /// The service has executed it, by this job if only one can be.
    Imported(Option<String>),
    /// The service has not executed it.
    NotImported,
    /// It cannot be told; the text says what was found.
    Unknown(String),
}

impl JobWatcher {
    /// Ends an import whose request has no response.
    pub(super) async fn finish_unknown(mut self, cause: Error) -> Result<Receipt> {
        let problem = match self.recover().await {
            Ok(Recovered::Imported(job)) => return self.finish_recovered(job).await,
            Ok(Recovered::Unknown(problem)) => problem,
            Ok(Recovered::NotImported) => {
                let users = self.describe_users().await;
                format!("no job and no new person of it was found, and {users}")
            }
            Err(error) => {
                let users = self.describe_users().await;
                format!(
                    "the search for its job failed: {}; {users}",
                    error.problem()
                )
            }
        };
        let problem = format!("the request was interrupted, {problem}");
        Err(outcome_unknown(problem).with_source(cause))
    }

    /// Looks for the job and for the people.
    ///
    /// The people decide: jobs of others may have as many rows, and others may change the number of
    /// users. The import was executed if the people are there and no job that may be its own has
    /// failed. It was not executed if a minute from now no new person of it is there, and each job that
    /// may be its own has ended without a failure. Without any job, an unchanged number of users shows
    /// it, too: the service shows each import as a job, and an import of existing users only may be
    /// requested twice without harm.
    pub(crate) async fn recover(&mut self) -> Result<Recovered> {
        let found = self.find_candidates().await?;
        let jobs = self.watch_candidates(found).await?;
        let failed: HashSet<u32> = jobs
            .iter()
            .flat_map(|it| self.failed_rows_of(&it.job))
            .collect();
        let sample = &self.confirmation.sample;
        let evidence = self.emails.look(&self.company, sample, &failed).await?;
        let has_failure = jobs.iter().any(|it| it.job.has_failed());
        if evidence.is_done() && !has_failure {
            match jobs.as_slice() {
                [] => return Ok(Recovered::Imported(None)),
                [own] => return Ok(Recovered::Imported(Some(own.id.clone()))),
                several if several.iter().all(|it| self.is_clean(&it.job)) => {
                    return Ok(Recovered::Imported(None));
                }
                _ => {}
            }
        }
        if evidence.is_absent() && !has_failure && failed.is_empty() {
            return Ok(Recovered::NotImported);
        }
        if jobs.is_empty() {
            let before = self.confirmation.users_before;
            let after = self.company.count_users().await?.total();
            if before.is_some() && after == before && !evidence.has_new_people() {
                return Ok(Recovered::NotImported);
            }
        }
        Ok(Recovered::Unknown(self.describe(&jobs).await))
    }

    async fn describe(&self, jobs: &[Candidate]) -> String {
        let users = self.describe_users().await;
        let ids: Vec<&str> = jobs.iter().map(|it| it.id.as_str()).collect();
        match ids.as_slice() {
            [] => format!("there is no job for it, and {users}"),
            [job] => format!("job {job} may be its own, and {users}"),
            several => format!(
                "{} jobs may be its own ({}), and {users}",
                several.len(),
                several.join(", ")
            ),
        }
    }

    async fn describe_users(&self) -> String {
        let before = self.confirmation.users_before;
        let after = self.company.count_users().await.ok();
        match (before, after.and_then(|it| it.total())) {
            (Some(before), Some(after)) if after == before => {
                format!("there are {before} users as before")
            }
            (Some(before), Some(after)) => {
                format!("the number of users went from {before} to {after}")
            }
            _ => "the users cannot be counted".to_owned(),
        }
    }
}
