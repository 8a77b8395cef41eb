//! From the preview to the receipt.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use futures::stream::Stream;

use super::submission::{self as request, Asked, Named};
use super::watcher::Follow;
use crate::error::Result;
use crate::import::mode::ImportMode;
use crate::import::operation::{Reporter, Watched};
use crate::import::preview::Preview;
use crate::import::progress::{Progress, Stage};
use crate::import::report::{ImportReport, Receipt};
use crate::import::row_numbers::RowNumbers;
use crate::import::ticket::{Confirmation, Step};
use crate::jobs::Jobs;

/// A confirmed import: a stream of [`Progress`], and a future of the [`Receipt`].
///
/// Nothing is sent before it is polled. Once the import has been asked for it goes on in the
/// service, and dropping this stops only the watching; dropped in the moment of the asking, it
/// leaves open whether the service took it, which its ticket, where one is kept, helps to find out.
///
/// The import is asked for once. After a failure that leaves open whether the service took it, the
/// jobs of the company are looked through, and where none shows up the error says
/// [`ErrorKind::OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown). The job is the newest that was
/// not there before: where somebody else starts one in the same company at the same time, theirs may
/// be taken for it.
#[must_use = "nothing is imported unless this is polled or awaited"]
pub struct Confirm {
    work: Watched<Receipt>,
    ticket: Option<String>,
    accepted: Arc<OnceLock<ImportReport>>,
}

impl Preview {
    /// Imports the people, as a stream of progress and a future of the [`Receipt`](crate::Receipt).
    /// Nothing is sent before that is polled.
    ///
    /// It takes the preview, so that nobody is imported twice:
    ///
    /// ```compile_fail,E0382
    /// # async fn demo(preview: keepnet_flows::Preview) -> keepnet_flows::Result<()> {
    /// let receipt = preview.confirm().await?;
    /// let receipt = preview.confirm().await?;
    /// # Ok(()) }
    /// ```
    ///
    /// Once is fine:
    ///
    /// ```no_run
    /// # async fn demo(preview: keepnet_flows::Preview) -> keepnet_flows::Result<()> {
    /// let receipt = preview.confirm().await?;
    /// # Ok(()) }
    /// ```
    pub fn confirm(self) -> Confirm {
        Confirm::new(self)
    }
}

impl Confirm {
    pub(in crate::import) fn new(preview: Preview) -> Confirm {
        let ticket = preview.ticket_id().map(str::to_owned);
        let transaction = preview.plan.transaction.clone();
        Confirm::of(ticket, transaction, |reporter, accepted| {
            run(preview, reporter, accepted)
        })
    }

    /// What is left of an import that the service took before a crash; `job` is its job, where that
    /// is known.
    pub(in crate::import) fn resumed(mut follow: Follow, job: Option<String>) -> Confirm {
        let ticket = follow.journal.id().map(str::to_owned);
        let transaction = follow.asked.transaction.clone();
        Confirm::of(ticket, transaction, |reporter, accepted| async move {
            follow.reporter = reporter;
            follow.accepted = accepted;
            follow.accepted(job).await
        })
    }

    /// What is left of an import whose job was told from others by what it looks like.
    pub(in crate::import) fn inferred(mut follow: Follow, job: String) -> Confirm {
        let ticket = follow.journal.id().map(str::to_owned);
        let transaction = follow.asked.transaction.clone();
        Confirm::of(ticket, transaction, |reporter, accepted| async move {
            follow.reporter = reporter;
            follow.accepted = accepted;
            follow.inferred(job).await
        })
    }

    fn of<W>(
        ticket: Option<String>,
        transaction: String,
        work: impl FnOnce(Reporter, Arc<OnceLock<ImportReport>>) -> W,
    ) -> Confirm
    where
        W: Future<Output = Result<Receipt>> + Send + 'static,
    {
        let accepted = Arc::new(OnceLock::new());
        let inside = Arc::clone(&accepted);
        Confirm {
            work: Watched::new(|reporter| {
                let work = work(reporter, inside);
                async move {
                    let confirmed = work.await;
                    confirmed.map_err(|error| error.with_transaction(&transaction))
                }
            }),
            ticket,
            accepted,
        }
    }

    /// The id of the ticket, where one is kept.
    pub fn ticket_id(&self) -> Option<&str> {
        self.ticket.as_deref()
    }

    /// The report so far, once the service works on the import: it then goes on by itself, and
    /// nobody has to watch it. What it imported is not known yet.
    pub fn accepted(&self) -> Option<&ImportReport> {
        self.accepted.get()
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
        f.debug_struct("Confirm")
            .field("ticket", &self.ticket)
            .finish_non_exhaustive()
    }
}

async fn run(
    mut preview: Preview,
    reporter: Reporter,
    accepted: Arc<OnceLock<ImportReport>>,
) -> Result<Receipt> {
    let has_something = preview.to_import() > 0;
    let mut asked = about_to_ask(&preview);
    let mut named = None;
    let doing = format!("importing {}", preview.file());
    if has_something {
        reporter.say(Progress::at(Stage::Starting)).await;
        let company = preview.company();
        asked.users_before = company.count_users().await?.total();
        asked.earlier_jobs = Jobs::list(company, &doing).await?.ids();
        if preview.mode() != ImportMode::All {
            let rows = request::named(&preview.plan, &doing).await?;
            take(&mut asked, &preview, &rows);
            named = Some(rows);
        }
    }
    if !has_something || named.as_ref().is_some_and(|named| named.count() == 0) {
        asked.taken = RowNumbers::default();
        let mut follow = Follow::new(preview.plan, asked, doing, reporter, accepted);
        return Ok(follow.nothing().await);
    }
    let step = Step::Confirming(Box::new(asked.clone()));
    preview.plan.journal.record(step).await?;
    match request::ask(&preview.plan, &doing, named.as_ref()).await {
        Ok(Asked::Accepted(job)) => {
            let mut follow = Follow::new(preview.plan, asked, doing, reporter, accepted);
            let step = Step::Accepted(Box::new(follow.asked.clone()));
            follow.journal.note(step).await;
            let job = follow.is_job(job).await?;
            follow.accepted(job).await
        }
        Ok(Asked::Unknown(cause)) => {
            let follow = Follow::new(preview.plan, asked, doing, reporter, accepted);
            follow.in_doubt(cause).await
        }
        // The service refused it, so that nothing has to be found out later.
        Err(error) => {
            let step = Step::Previewed {
                transaction: asked.transaction,
                job: asked.mapping_job,
                rows: asked.rows,
            };
            preview.plan.journal.note(step).await;
            Err(error)
        }
    }
}

/// What is confirmed, as far as the preview tells.
fn about_to_ask(preview: &Preview) -> Confirmation {
    let plan = &preview.plan;
    let all = plan.checked.valid_rows();
    let taken = all.filter(|row| !preview.rejected_by_service.contains(*row));
    Confirmation {
        transaction: plan.transaction.clone(),
        mapping_job: plan.mapping_job.clone(),
        rows: preview.counts,
        rejected: preview.rejected.clone(),
        taken: taken.collect(),
        left_out: RowNumbers::default(),
        expected: preview.to_import(),
        expected_new: match plan.mode {
            ImportMode::Existing => 0,
            _ => preview.counts.new,
        },
        users_before: 0,
        earlier_jobs: Vec::new(),
    }
}

/// Narrows it down to the rows that the mode takes.
fn take(asked: &mut Confirmation, preview: &Preview, named: &Named) {
    asked.expected = named.count();
    asked.expected_new = named.new;
    let valid = std::mem::replace(&mut asked.taken, named.rows.clone());
    let left_out = valid.iter().filter(|row| !named.rows.contains(*row));
    asked.left_out = left_out
        .filter(|row| !preview.rejected_by_service.contains(*row))
        .collect();
}
