//! Finding out whether the service took an import that was being asked for when the process ended.

use std::time::{Duration, SystemTime};

use crate::error::{Error, Result};
use crate::import::confirm::{APPEARANCE, Follow};
use crate::import::progress::{Progress, Stage};
use crate::import::report::Reconciliation;
use crate::jobs::{self as job, Jobs};
use crate::polling::Polling;

/// What was found out.
pub(super) enum Settled {
    /// The service took it, and this is its job.
    Job(String),
    /// The service took it, and lists no job; the number of users says so.
    WithoutJob,
    /// The service does not have it.
    NotTaken,
}

/// Looks at the jobs that were not there before, and at the number of users. `since` is when the
/// import was about to be asked for.
///
/// The service has it if one job, and no other, takes as many rows as were confirmed; the number of
/// users must bear that out once it has ended. It does not have it if, a minute later, there is no
/// such job and the number of users is what it was: the list of jobs is where the service itself
/// shows imports. Where only updates were asked for the users do not tell, but then doing it again
/// would change nothing either. All else is an open question, and so an error.
pub(super) async fn settle(follow: &Follow, since: SystemTime) -> Result<Settled> {
    match candidates(follow, since).await? {
        Candidates::One(job) => Ok(Settled::Job(job)),
        Candidates::Several(jobs) => Err(follow.open_question(format!(
            "the process ended while it asked for the import, and {} jobs could be it: {}",
            jobs.len(),
            jobs.join(", ")
        ))),
        Candidates::None { others } => {
            let (before, new) = (follow.asked.users_before, follow.asked.expected_new);
            let after = follow.users().await?;
            if after == before {
                return Ok(Settled::NotTaken);
            }
            if others == 0 && Reconciliation::new(before, after, new).agrees() {
                return Ok(Settled::WithoutJob);
            }
            Err(changed(follow, before, after))
        }
    }
}

enum Candidates {
    One(String),
    Several(Vec<String>),
    /// None, and so many jobs that are not it.
    None {
        others: usize,
    },
}

async fn candidates(follow: &Follow, since: SystemTime) -> Result<Candidates> {
    let now = follow.company.raw().clock().now();
    // A clock that is behind the one of the machine that wrote the ticket waits for the whole time.
    let left = APPEARANCE.saturating_sub(now.duration_since(since).unwrap_or(Duration::ZERO));
    let mut polling = Polling::new(follow.company.raw(), left);
    loop {
        let listed = Jobs::list(&follow.company, &follow.doing).await?;
        let new = listed.all_since(&follow.asked.earlier_jobs);
        let others = new.len();
        let mut fitting = Vec::new();
        for (job, is_import) in new {
            if fits(follow, &job, is_import).await? {
                fitting.push(job);
            }
        }
        match fitting.pop() {
            Some(job) if fitting.is_empty() => return Ok(Candidates::One(job)),
            Some(job) => {
                fitting.push(job);
                return Ok(Candidates::Several(fitting));
            }
            None => {}
        }
        follow.reporter.say(Progress::at(Stage::Starting)).await;
        if !polling.pause(()).await {
            return Ok(Candidates::None { others });
        }
    }
}

/// Whether a job could be the one of this import, by the rows it takes. People that an identity
/// provider owns may or may not count among them.
async fn fits(follow: &Follow, job: &str, is_import: bool) -> Result<bool> {
    let state = match job::look(&follow.company, job).await {
        Ok(state) => state,
        Err(error) if job::is_none(&error) => return Ok(false),
        Err(error) => return Err(follow.company.failed(&follow.doing, error)),
    };
    Ok(match state.rows {
        Some((_, rows)) => (follow.asked.expected_new..=follow.asked.expected).contains(&rows),
        None => is_import,
    })
}

fn changed(follow: &Follow, before: u64, after: u64) -> Error {
    follow.open_question(format!(
        "the process ended while it asked for the import, no job of it shows up, and the users went from {before} to {after}"
    ))
}
