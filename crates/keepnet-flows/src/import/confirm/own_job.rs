//! Which of the company's jobs is that of an import.
//!
//! The service lists its jobs without the transactions that they belong to. A job is ours if the
//! response to the confirmation names it. Otherwise each job that is new since the confirmation is
//! compared with what was confirmed, and a job that is in the queue stays a candidate until it shows
//! its rows. Times decide nothing: the service shows them to the minute in a zone that is not known,
//! and the clock of this machine may be wrong.

use std::ops::RangeInclusive;

use keepnet_staff_list::Validation;

use crate::import::Confirmation;
use crate::jobs::{FetchedJob, JobList, ListedJob, is_not_found};
use crate::{Company, Result};

/// How well a job fits what was confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It is another one: it takes fewer rows, or fails at rows that are not in the file.
    No,
    /// It shows neither rows nor its end, so that it may be any job.
    Undecided,
    /// It shows no rows, and has the name of another kind of job.
    OtherName,
    /// It shows no rows, or more rows than people, as a job may that counts a person several times.
    Loose,
    /// It takes as many rows as people were confirmed.
    Exact,
}

/// A job that may be that of the import.
pub(crate) struct Candidate {
    pub(crate) id: String,
    pub(crate) job: FetchedJob,
}

/// The jobs that may be that of the import.
pub(crate) struct Candidates {
    /// Those that fit best.
    pub(crate) best: Vec<Candidate>,
    /// The state of the jobs of which it is not known yet; empty once each is decided.
    pub(crate) undecided: Vec<(String, u8)>,
}

impl Candidates {
    /// Fetches the jobs that are new since the confirmation. `validation` has the rows of the file, if
    /// it is at hand.
    pub(crate) async fn fetch(
        company: &Company,
        confirmation: &Confirmation,
        validation: Option<&Validation>,
    ) -> Result<Candidates> {
        let jobs = JobList::fetch(company).await?;
        let mut best_fit = Fit::OtherName;
        let (mut best, mut undecided) = (Vec::new(), Vec::new());
        if let Some(missing) = jobs.missing() {
            undecided.push((missing.to_owned(), 0));
        }
        for listed in jobs.since(&confirmation.earlier_jobs) {
            let id = listed.job.id.clone();
            let job = match FetchedJob::fetch(company, &id).await {
                Ok(job) => job,
                Err(error) if is_not_found(&error) => continue,
                Err(error) => return Err(error),
            };
            let fit = match validation {
                Some(validation) if fails_at_others(confirmation, validation, &job) => Fit::No,
                _ => fit(confirmation, listed, &job),
            };
            match fit {
                Fit::No => {}
                Fit::Undecided => undecided.push((id, job.detail.job.progress)),
                fit if fit < best_fit => {}
                fit => {
                    if fit > best_fit {
                        best_fit = fit;
                        best.clear();
                    }
                    best.push(Candidate { id, job });
                }
            }
        }
        Ok(Candidates { best, undecided })
    }

    pub(crate) fn ids(&self) -> Vec<String> {
        let best = self.best.iter().map(|it| &it.id);
        let undecided = self.undecided.iter().map(|(id, _)| id);
        let mut ids: Vec<String> = best.chain(undecided).cloned().collect();
        ids.sort_unstable();
        ids
    }
}

/// How many people the import takes: synchronised users may or may not count among them.
pub(crate) fn people(confirmation: &Confirmation) -> RangeInclusive<u64> {
    confirmation.expected_new.max(1)..=confirmation.expected
}

fn fit(confirmation: &Confirmation, listed: &ListedJob, job: &FetchedJob) -> Fit {
    let people = people(confirmation);
    match job.row_counts().max() {
        Some(_) if job.row_counts().any(|rows| people.contains(&rows)) => Fit::Exact,
        Some(most) if most < *people.start() => Fit::No,
        Some(_) => Fit::Loose,
        None if !job.has_ended() => Fit::Undecided,
        None if listed.is_import() => Fit::Loose,
        None => Fit::OtherName,
    }
}

/// Whether the job failed at rows, of which none is in the file. It also lists the rows that the service
/// has rejected, whose addresses may be unreadable here.
fn fails_at_others(confirmation: &Confirmation, validation: &Validation, job: &FetchedJob) -> bool {
    let mut emails = job.failed_rows.iter().map(|row| row.email.as_str());
    confirmation.rows.rejected() == 0
        && emails.clone().any(|email| !email.is_empty())
        && !emails.any(|email| validation.row_of(email).is_some())
}
