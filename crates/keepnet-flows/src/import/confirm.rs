//! From the preview to the receipt.

use std::collections::HashSet;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::BoxFuture;
use futures::stream::Stream;

use super::job::{self, JobState, Jobs, Outcome, RowFailure};
use super::preview::{Preview, in_order};
use super::progress::{Progress, Reporter, Stage, Watched};
use super::receipt::{Receipt, Reconciliation};
use super::rejected::RejectedRow;
use super::request::{self, Asked};
use super::settings::ImportMode;
use crate::error::{Error, ErrorKind, Result};
use crate::polling::{Polling, spoken};

/// How long the job of an import may take to show up in the list of jobs.
const APPEARANCE: Duration = Duration::from_secs(60);

/// A confirmed import: a stream of [`Progress`], and a future of the [`Receipt`].
///
/// Nothing is sent before it is polled. Once the import has been asked for it goes on in the
/// service, and dropping this stops only the watching; dropped in the moment of the asking, it
/// leaves open whether the service took it.
///
/// The import is asked for once. After a failure that leaves open whether the service took it, the
/// jobs of the company are looked through, and where none shows up the error says
/// [`ErrorKind::OutcomeUnknown`]. The job is the newest that was not there before: where somebody
/// else starts one in the same company at the same time, theirs may be taken for it.
#[must_use = "nothing is imported unless this is polled or awaited"]
pub struct Confirm {
    work: Watched<Receipt>,
}

impl Confirm {
    pub(super) fn new(preview: Preview) -> Confirm {
        Confirm {
            work: Watched::new(|reporter| async move {
                let transaction = preview.plan.transaction.clone();
                let confirmed = run(preview, reporter).await;
                confirmed.map_err(|error| error.in_transaction(Some(&transaction)))
            }),
        }
    }
}

impl Stream for Confirm {
    type Item = Result<Progress>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.work.poll_progress(cx)
    }
}

impl IntoFuture for Confirm {
    type Output = Result<Receipt>;
    type IntoFuture = BoxFuture<'static, Result<Receipt>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.work.finish())
    }
}

impl fmt::Debug for Confirm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Confirm").finish_non_exhaustive()
    }
}

async fn run(preview: Preview, reporter: Reporter) -> Result<Receipt> {
    if preview.to_import() == 0 {
        return Ok(nothing(&preview));
    }
    reporter.say(Progress::at(Stage::Starting)).await;
    let confirmed = Confirmed {
        doing: format!("importing {}", preview.file()),
        preview,
        reporter,
    };
    let before = confirmed.users().await?;
    let earlier = Jobs::list(&confirmed.preview.plan.company, &confirmed.doing).await?;
    let (asked, named) = request::ask(&confirmed.preview, &confirmed.doing).await?;
    let (job, doubt) = match asked {
        Asked::Nothing => return Ok(nothing(&confirmed.preview)),
        Asked::Accepted(job) => (job, None),
        Asked::Unknown(cause) => (None, Some(cause)),
    };
    let expected = match named {
        Some(named) => Expected {
            rows: named.count(),
            new: named.new,
        },
        None => confirmed.expected(),
    };
    let job = match (confirmed.find(job, &earlier).await, doubt) {
        (Ok(Some(job)), _) => job,
        (Ok(None), None) => return confirmed.without_job(before, expected).await,
        (Err(error), None) => return Err(error.advise(STARTED)),
        (_, Some(cause)) => return Err(confirmed.unknown(before, cause).await),
    };
    let state = confirmed.watch(&job, expected.rows).await?;
    confirmed.reporter.say(Progress::at(Stage::Verifying)).await;
    // The import is done: a count that cannot be had is no reason to say that it failed.
    let after = confirmed.users().await.ok();
    Ok(confirmed.receipt(job, &state, expected, before, after))
}

/// The receipt of an import that had nothing to do.
fn nothing(preview: &Preview) -> Receipt {
    Receipt {
        company: preview.reference(),
        file: preview.file().to_owned(),
        transaction_id: preview.plan.transaction.clone(),
        mode: preview.plan.mode,
        rows: preview.counts,
        imported: 0,
        failed: 0,
        job: None,
        rejected: preview.rejected.clone(),
        reconciliation: None,
    }
}

const STARTED: &str = "the import has started and goes on by itself: look at the jobs of the company before you import again";

struct Confirmed {
    preview: Preview,
    doing: String,
    reporter: Reporter,
}

/// How many rows are to be imported, and how many of them are new people.
#[derive(Clone, Copy)]
struct Expected {
    rows: u64,
    new: u64,
}

impl Confirmed {
    async fn users(&self) -> Result<u64> {
        let counts = self.preview.plan.company.count_users().await?;
        Ok(counts.total())
    }

    fn expected(&self) -> Expected {
        Expected {
            rows: self.preview.to_import(),
            new: match self.preview.plan.mode {
                ImportMode::Existing => 0,
                _ => self.preview.counts.new,
            },
        }
    }

    /// The job of the import: the one that the answer named, or else the newest that was not there
    /// before. `None` where none shows up.
    async fn find(&self, named: Option<String>, earlier: &Jobs) -> Result<Option<String>> {
        let company = &self.preview.plan.company;
        if let Some(job) = named {
            match job::look(company, &job).await {
                Ok(_) => return Ok(Some(job)),
                // What the answer named was no job; the list has it.
                Err(error) if is_no_job(&error) => {}
                Err(error) => return Err(company.failed(&self.doing, error)),
            }
        }
        let patience = APPEARANCE.min(self.preview.plan.patience);
        let mut polling = Polling::new(company.raw(), patience);
        loop {
            let listed = Jobs::list(company, &self.doing).await?;
            if let Some(job) = listed.newest_since(earlier) {
                return Ok(Some(job.to_owned()));
            }
            self.reporter.say(Progress::at(Stage::Starting)).await;
            if !polling.pause(()).await {
                return Ok(None);
            }
        }
    }

    /// Looks at the job until it has ended.
    async fn watch(&self, job: &str, rows: u64) -> Result<JobState> {
        let company = &self.preview.plan.company;
        let mut polling = Polling::new(company.raw(), self.preview.plan.patience);
        loop {
            let state = job::look(company, job)
                .await
                .map_err(|error| company.failed(&self.doing, error).advise(STARTED))?;
            let (done, total) = state.rows.unwrap_or((rows * state.percent / 100, rows));
            let progress = Progress::of(Stage::Importing, done, total);
            self.reporter.say(progress).await;
            match &state.outcome {
                Some(Outcome::Completed) => return Ok(state),
                Some(Outcome::Failed(said)) => {
                    let said = said.as_deref().map(keepnet_client::redact);
                    let said = said.map(|said| format!(": {said}")).unwrap_or_default();
                    let problem = format!("the import job {job} failed{said}");
                    return Err(company
                        .error(ErrorKind::JobFailed, &self.doing, problem)
                        .advise("some people may have been imported: count the users, then import the file anew"));
                }
                None => {}
            }
            let seen = (state.status, state.percent, state.rows);
            if !polling.pause(seen).await {
                let problem = format!(
                    "the import job {job} has stood still at {done} of {total} rows for {}",
                    spoken(polling.patience()),
                );
                return Err(company
                    .error(ErrorKind::Timeout, &self.doing, problem)
                    .advise(STARTED));
            }
        }
    }

    /// The service took the import but lists no job, as it may where it does a small one at once:
    /// the number of users has to tell.
    async fn without_job(&self, before: u64, expected: Expected) -> Result<Receipt> {
        let after = self.users().await.map_err(|error| error.advise(STARTED))?;
        let counted = Reconciliation::new(before, after, expected.new);
        if !counted.agrees() {
            let problem = format!(
                "the service took the import but lists no job, and the users went from {before} to {after} instead of by {} more",
                expected.new
            );
            return Err(self.open_question(problem));
        }
        let mut receipt = nothing(&self.preview);
        receipt.imported = expected.rows;
        receipt.reconciliation = Some(counted);
        Ok(receipt)
    }

    /// The request broke off, and no job shows that it was taken.
    async fn unknown(&self, before: u64, cause: keepnet_client::Error) -> Error {
        let users = match self.users().await {
            Ok(after) if after == before => format!("there are {before} users as before"),
            Ok(after) => format!("the users went from {before} to {after}"),
            Err(_) => "the users cannot be counted".to_owned(),
        };
        let problem = format!("the request broke off, no job of it shows up, and {users}");
        self.open_question(problem).caused_by(cause)
    }

    fn open_question(&self, problem: String) -> Error {
        let company = &self.preview.plan.company;
        company
            .error(ErrorKind::OutcomeUnknown, &self.doing, problem)
            .advise("it is not known whether people were imported: look at the jobs and the users of the company before you import again")
    }

    fn receipt(
        &self,
        job: String,
        state: &JobState,
        expected: Expected,
        before: u64,
        after: Option<u64>,
    ) -> Receipt {
        let mut receipt = nothing(&self.preview);
        let known: HashSet<u32> = receipt.rejected.iter().filter_map(|it| it.row).collect();
        let mut failed_new = 0;
        for failure in &state.failures {
            let row = self.preview.plan.checked.row_of(&failure.email);
            if row.is_some_and(|row| known.contains(&row)) {
                continue;
            }
            receipt.failed += 1;
            failed_new += u64::from(failure.was_new);
            receipt.rejected.extend(self.problems(row, failure));
        }
        in_order(&mut receipt.rejected);
        // The job knows how many rows it took; the preview counts synchronised people as well.
        let taken = state
            .rows
            .map_or(expected.rows, |(_, target)| target.min(expected.rows));
        receipt.imported = taken.saturating_sub(receipt.failed);
        receipt.job = Some(job);
        let expected_new = expected.new.saturating_sub(failed_new);
        receipt.reconciliation =
            after.map(|after| Reconciliation::new(before, after, expected_new));
        receipt
    }

    fn problems(
        &self,
        row: Option<u32>,
        failure: &RowFailure,
    ) -> impl Iterator<Item = RejectedRow> {
        let file: Arc<str> = self.preview.file().into();
        let mapping = self.preview.mapping();
        failure.problems.iter().map(move |(field, message)| {
            RejectedRow::of_service(&file, row, field.as_deref(), message, mapping)
        })
    }
}

fn is_no_job(error: &keepnet_client::Error) -> bool {
    use keepnet_client::ErrorKind;
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Invalid)
}
