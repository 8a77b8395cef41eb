//! The virtual object of a customer.

use std::sync::Arc;

use keepnet_flows::{Reseller, StoredTicket as _};
use restate_sdk::context::RequestTarget;
use restate_sdk::prelude::*;

use super::attempt::{KeptTicket, Shared, Step, Work, WorkRun, Writers};
use super::export::{ExportRequest, ExportSummary};
use super::import::{ImportRequest, ImportSummary};
use super::status::{CompanyStatus, WorkStatus};
use super::sync::{SyncPlanSummary, SyncRequest, SyncSummary};
use crate::failure::Failure;
use crate::files::Files;

/// The work for one customer. The key is the resource id of the customer, and the engine runs one
/// `import`, `sync` or `export` of a key at a time.
pub struct KeepnetCompany {
    shared: Shared,
}

impl KeepnetCompany {
    /// A handler of this customer, such as `import`.
    pub(crate) fn handler(company_id: &str, name: &str) -> RequestTarget {
        RequestTarget::object("KeepnetCompany", company_id, name)
    }

    pub(crate) fn new(reseller: Arc<Reseller>, files: Files) -> KeepnetCompany {
        let writers = Writers::default();
        KeepnetCompany {
            shared: Shared {
                reseller,
                files,
                writers,
            },
        }
    }

    /// Runs the work of a request to its end, each step in the journal of the engine.
    async fn work<W: Work>(
        &self,
        ctx: &ObjectContext<'_>,
        request: W,
    ) -> HandlerResult<Json<W::Summary>> {
        // The status, which stays, must not show a name that may be an address or a secret.
        if let Err(error) = Files::check_name(request.file()) {
            return Err(terminal(error));
        }
        let kept = ctx.get::<Json<KeptTicket<W, W::Ticket>>>(W::KEPT).await?;
        let kept = kept.map(Json::into_inner);
        let mut status = WorkStatus::<W::Summary>::new(request.file());
        let run = WorkRun::new(self.shared.clone(), ctx.key(), request.clone());
        let run = Arc::new(run);
        let mut last: Option<W::Ticket> = None;
        loop {
            let step = {
                let (run, last, kept) = (Arc::clone(&run), last.clone(), kept.clone());
                let next = move || async move { run.next(last, kept).await.map(Json) };
                ctx.run(next).name(W::STEP).await
            };
            let failed = match step {
                Ok(Json(Step::Recorded { ticket })) => {
                    let ticket = W::from_journal(ticket, last.as_ref());
                    let ticket = ticket.map_err(|error| {
                        let problem = format!("the journal is that of another version: {error}");
                        TerminalError::new(problem)
                    })?;
                    status.record(W::shown(&ticket));
                    ctx.set(W::STATUS, Json(status.clone()));
                    last = Some(ticket);
                    continue;
                }
                Ok(Json(Step::Running { progress })) => {
                    status.progress = progress;
                    ctx.set(W::STATUS, Json(status.clone()));
                    continue;
                }
                Ok(Json(Step::Ended { summary })) => {
                    status.summary = Some((*summary).clone());
                    ctx.set(W::STATUS, Json(status));
                    ctx.clear(W::KEPT);
                    return Ok(Json(*summary));
                }
                Ok(Json(Step::Failed { failure })) => {
                    let error = failure.terminal();
                    status.failure = Some(failure);
                    error
                }
                // Somebody has cancelled the invocation.
                Err(error) => error,
            };
            ctx.set(W::STATUS, Json(status));
            match last {
                Some(ticket) if ticket.is_finished() => ctx.clear(W::KEPT),
                Some(ticket) => ctx.set(W::KEPT, Json(KeptTicket { request, ticket })),
                None => {}
            }
            return Err(failed.into());
        }
    }
}

#[restate_sdk::object(name = "KeepnetCompany", client_visibility = "pub(crate)")]
impl KeepnetCompany {
    /// Imports a staff list. It fails with the kind of the error and what to do; the engine does not
    /// repeat it then.
    #[handler]
    async fn import(
        &self,
        ctx: ObjectContext<'_>,
        Json(request): Json<ImportRequest>,
    ) -> HandlerResult<Json<ImportSummary>> {
        self.work(&ctx, request).await
    }

    /// Makes the people of the customer those of a staff list: who joins, who changes, who leaves. It
    /// fails as `import` does, and before anything is written if something is odd.
    #[handler]
    async fn sync(
        &self,
        ctx: ObjectContext<'_>,
        Json(request): Json<SyncRequest>,
    ) -> HandlerResult<Json<SyncSummary>> {
        self.work(&ctx, request).await
    }

    /// Compares the people of the customer with a staff list, and writes nothing: what `sync` would do
    /// with the same request, and why it would be refused. It may take an hour.
    #[handler(inactivity_timeout = "1h", abort_timeout = "1m")]
    async fn plan(
        &self,
        ctx: ObjectContext<'_>,
        Json(request): Json<SyncRequest>,
    ) -> HandlerResult<Json<SyncPlanSummary>> {
        let (shared, key) = (self.shared.clone(), ctx.key().to_owned());
        let plan = move || async move {
            let planned = async {
                let company = shared.open(&key).await?;
                request.plan(company, &shared.files).await
            };
            Ok(Json(planned.await.map_err(terminal)?))
        };
        Ok(ctx.run(plan).name("plan").await?)
    }

    /// Writes the users of the customer to a file. It may take an hour.
    #[handler(inactivity_timeout = "1h", abort_timeout = "1m")]
    async fn export(
        &self,
        ctx: ObjectContext<'_>,
        Json(request): Json<ExportRequest>,
    ) -> HandlerResult<Json<ExportSummary>> {
        let (shared, key) = (self.shared.clone(), ctx.key().to_owned());
        let export = move || async move {
            let summary = request.run(&shared.reseller, &shared.files, &key).await;
            Ok(Json(summary.map_err(terminal)?))
        };
        let summary = ctx.run(export).name("export").await?;
        Ok(summary)
    }

    /// How far the work is that runs, or how the last one ended. It never waits for it.
    #[handler]
    async fn status(&self, ctx: SharedObjectContext<'_>) -> HandlerResult<Json<CompanyStatus>> {
        let import = ctx.get::<Json<_>>(ImportRequest::STATUS).await?;
        let sync = ctx.get::<Json<_>>(SyncRequest::STATUS).await?;
        let kept = ctx
            .get::<Json<serde_json::Value>>(ImportRequest::KEPT)
            .await?;
        let kept_sync = ctx
            .get::<Json<serde_json::Value>>(SyncRequest::KEPT)
            .await?;
        Ok(Json(CompanyStatus {
            import: import.map(Json::into_inner),
            sync: sync.map(Json::into_inner),
            keeps_ticket: kept.is_some(),
            keeps_sync_ticket: kept_sync.is_some(),
        }))
    }
}

/// The error that ends a handler, or the one after which the engine tries again.
fn terminal(error: keepnet_flows::Error) -> HandlerError {
    match Failure::of(error) {
        Ok(failure) => failure.terminal().into(),
        Err(error) => error,
    }
}

impl std::fmt::Debug for KeepnetCompany {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeepnetCompany")
    }
}
