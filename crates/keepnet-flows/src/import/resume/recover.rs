//! Finding out whether the service has accepted an import whose process ended during the request.

use std::time::{Duration, SystemTime};

use crate::Result;
use crate::import::{JOB_APPEARANCE, JobWatcher, Progress, Stage, outcome_unknown};
use crate::jobs::{FetchedJob, JobList, ListedJob, is_not_found};
use crate::polling::Polling;

/// The outcome of the request, as far as the company shows it.
pub(super) enum RecoveredOutcome {
    /// The service has accepted it, and this is its job.
    Job(String),
    /// The service has accepted it and lists no job; the user count shows it.
    WithoutJob,
    /// The service has not accepted it.
    NotAccepted,
}

/// Looks at the new jobs and at the user count. `since` is the time just before the request.
///
/// The service has accepted the import if exactly one new job takes as many rows as were confirmed; the
/// user count must confirm that once the job has ended. It has not accepted the import if, a minute
/// after the request, there is no such job and the user count is what it was, because the service shows
/// each import as a job. The count does not change for an import of existing users only, but such an
/// import may be requested twice without harm. In all other cases the outcome is unknown, which is an
/// error.
pub(super) async fn recover(watcher: &JobWatcher, since: SystemTime) -> Result<RecoveredOutcome> {
    let client = watcher.company.raw().client();
    // If this clock is behind the one of the ticket, the full time is waited for.
    let elapsed = client.clock().now().duration_since(since);
    let left = JOB_APPEARANCE.saturating_sub(elapsed.unwrap_or(Duration::ZERO));
    let mut polling = Polling::new(client, left);
    let new_jobs = loop {
        let jobs = JobList::fetch(&watcher.company).await?;
        let new_jobs = jobs.since(&watcher.confirmation.earlier_jobs);
        let mut candidates = Vec::new();
        for job in &new_jobs {
            if is_candidate(watcher, job).await? {
                candidates.push(job.job.id.clone());
            }
        }
        match candidates.as_slice() {
            [] => {}
            [job] => return Ok(RecoveredOutcome::Job(job.clone())),
            several => {
                return Err(outcome_unknown(format!(
                    "the process ended during the request for the import, and {} jobs may belong to it: {}",
                    several.len(),
                    several.join(", ")
                )));
            }
        }
        let progress = Progress::at(Stage::Starting);
        watcher.reporter.report(progress).await;
        if polling.wait((), String::new).await.is_err() {
            break new_jobs.len();
        }
    };
    let before = watcher.confirmation.users_before;
    let after = watcher.company.count_users().await?.total();
    if after == before {
        return Ok(RecoveredOutcome::NotAccepted);
    }
    if new_jobs == 0 && watcher.reconcile(after, 0).agrees() {
        return Ok(RecoveredOutcome::WithoutJob);
    }
    Err(outcome_unknown(format!(
        "the process ended during the request for the import, there is no job for it, and the number of users went from {before} to {after}"
    )))
}

/// Whether a job may be that of the import, by its number of rows. Synchronised users may or may not
/// count among them.
async fn is_candidate(watcher: &JobWatcher, listed: &ListedJob) -> Result<bool> {
    let job = match FetchedJob::fetch(&watcher.company, &listed.job.id).await {
        Ok(job) => job,
        Err(error) if is_not_found(&error) => return Ok(false),
        Err(error) => return Err(error),
    };
    let confirmation = &watcher.confirmation;
    Ok(match job.rows() {
        Some((_, rows)) => (confirmation.expected_new..=confirmation.expected).contains(&rows),
        None => listed.is_import(),
    })
}
