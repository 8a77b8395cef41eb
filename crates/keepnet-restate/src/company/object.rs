//! The virtual object of a customer.

use std::sync::Arc;

use keepnet_flows::{Reseller, Ticket};
use restate_sdk::context::RequestTarget;
use restate_sdk::prelude::*;

use super::export::{ExportRequest, ExportSummary};
use super::import_request::ImportRequest;
use super::import_run::ImportRun;
use super::import_step::{ImportStep, KeptTicket};
use super::import_summary::ImportSummary;
use super::status::{CompanyStatus, ImportStatus};
use crate::failure::Failure;
use crate::files::Files;

/// The work for one customer. The key is the resource id of the customer, and the engine runs one
/// `import` or `export` of a key at a time.
#[derive(Debug)]
pub struct KeepnetCompany {
    reseller: Arc<Reseller>,
    files: Files,
}

impl KeepnetCompany {
    /// The handler that imports for this customer.
    pub(crate) fn import_of(company_id: &str) -> RequestTarget {
        RequestTarget::object("KeepnetCompany", company_id, "import")
    }

    pub(crate) fn new(reseller: Arc<Reseller>, files: Files) -> KeepnetCompany {
        KeepnetCompany { reseller, files }
    }
}

/// How the last import went.
const STATUS: &str = "status";
/// The ticket of an import that ended without a result.
const KEPT: &str = "kept";

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
        // The status, which stays, must not show a name that may be an address or a secret.
        if let Err(error) = Files::check_name(&request.file) {
            return Err(Failure::of(error)?.terminal().into());
        }
        let kept = ctx.get::<Json<KeptTicket>>(KEPT).await?;
        let kept = kept.map(Json::into_inner);
        let mut status = ImportStatus {
            file: request.file.clone(),
            ..ImportStatus::default()
        };
        let run = Arc::new(ImportRun::new(
            Arc::clone(&self.reseller),
            self.files.clone(),
            ctx.key(),
            request.clone(),
        ));
        let mut last: Option<Box<Ticket>> = None;
        loop {
            let step = {
                let (run, last, kept) = (Arc::clone(&run), last.clone(), kept.clone());
                let next = move || async move {
                    run.next(last.map(|ticket| *ticket), kept).await.map(Json)
                };
                ctx.run(next).name(ImportStep::NAME).await
            };
            let failed = match step {
                Ok(Json(ImportStep::Recorded { ticket })) => {
                    status.record(&ticket);
                    ctx.set(STATUS, Json(status.clone()));
                    last = Some(ticket);
                    continue;
                }
                Ok(Json(ImportStep::Running { progress })) => {
                    status.progress = progress;
                    ctx.set(STATUS, Json(status.clone()));
                    continue;
                }
                Ok(Json(ImportStep::Ended { summary })) => {
                    status.summary = Some((*summary).clone());
                    ctx.set(STATUS, Json(status));
                    ctx.clear(KEPT);
                    return Ok(Json(*summary));
                }
                Ok(Json(ImportStep::Failed { failure })) => {
                    let error = failure.terminal();
                    status.failure = Some(failure);
                    error
                }
                // Somebody has cancelled the invocation.
                Err(error) => error,
            };
            ctx.set(STATUS, Json(status));
            match last {
                Some(ticket) if ticket.is_finished() => ctx.clear(KEPT),
                Some(ticket) => ctx.set(KEPT, Json(KeptTicket { request, ticket })),
                None => {}
            }
            return Err(failed.into());
        }
    }

    /// Writes the users of the customer to a file. It may take an hour.
    #[handler(inactivity_timeout = "1h", abort_timeout = "1m")]
    async fn export(
        &self,
        ctx: ObjectContext<'_>,
        Json(request): Json<ExportRequest>,
    ) -> HandlerResult<Json<ExportSummary>> {
        let (reseller, files) = (Arc::clone(&self.reseller), self.files.clone());
        let key = ctx.key().to_owned();
        let export = move || async move {
            match request.run(&reseller, &files, &key).await {
                Ok(summary) => Ok(Json(summary)),
                Err(error) => Err(Failure::of(error)?.terminal().into()),
            }
        };
        let summary = ctx.run(export).name("export").await?;
        Ok(summary)
    }

    /// How far the import is that runs, or how the last one ended. It never waits for the import.
    #[handler]
    async fn status(&self, ctx: SharedObjectContext<'_>) -> HandlerResult<Json<CompanyStatus>> {
        let import = ctx.get::<Json<ImportStatus>>(STATUS).await?;
        let keeps_ticket = ctx.get::<Json<KeptTicket>>(KEPT).await?.is_some();
        Ok(Json(CompanyStatus {
            import: import.map(Json::into_inner),
            keeps_ticket,
        }))
    }
}
