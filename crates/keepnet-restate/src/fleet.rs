//! Imports for many customers: a workflow that fans out over their objects and collects.

use restate_sdk::context::RequestTarget;
use restate_sdk::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::company::{ImportRequest, ImportSummary, KeepnetCompany};
use crate::failure::Failure;

/// How many customers are worked on at a time, unless the request says otherwise.
const AT_A_TIME: u16 = 8;

/// Imports for many customers. The key is a name of yours; the engine runs each once, and keeps its
/// result for a day.
#[derive(Clone, Copy, Debug)]
pub struct KeepnetFleet;

/// Which staff lists to import for which customers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FleetRequest {
    /// The imports. Two for the same customer run one after the other.
    pub imports: Vec<CompanyImport>,
    /// How many run at a time. Default: 8.
    #[serde(default)]
    pub at_a_time: Option<u16>,
}

/// An import for one customer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CompanyImport {
    /// The resource id of the customer.
    pub company: String,
    /// What to import, and how.
    pub import: ImportRequest,
}

/// How far a fleet is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct FleetProgress {
    /// How many imports there are.
    pub total: u64,
    /// How many have ended without an error.
    pub done: u64,
    /// How many have failed.
    pub failed: u64,
}

/// What a fleet did, in the order of the request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct FleetReport {
    /// How many imports ended in which way.
    pub progress: FleetProgress,
    /// The result for each customer.
    pub companies: Vec<CompanyResult>,
}

/// What came of the import for one customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct CompanyResult {
    /// The resource id of the customer.
    pub company: String,
    /// What the import did, unless it failed.
    pub summary: Option<ImportSummary>,
    /// Why the import failed.
    pub failure: Option<Failure>,
}

impl FleetRequest {
    /// A fleet of these imports.
    pub fn new(imports: impl IntoIterator<Item = CompanyImport>) -> FleetRequest {
        FleetRequest {
            imports: imports.into_iter().collect(),
            at_a_time: None,
        }
    }
}

impl CompanyImport {
    /// An import for the customer with this resource id.
    pub fn new(company: impl Into<String>, import: ImportRequest) -> CompanyImport {
        CompanyImport {
            company: company.into(),
            import,
        }
    }
}

impl KeepnetFleet {
    /// The handler that runs the fleet with this key.
    pub(crate) fn run_of(key: &str) -> RequestTarget {
        RequestTarget::workflow("KeepnetFleet", key, "run")
    }
}

const PROGRESS: &str = "progress";

#[restate_sdk::workflow(name = "KeepnetFleet", client_visibility = "pub(crate)")]
impl KeepnetFleet {
    /// Runs the imports. A failed import does not stop the others.
    #[handler]
    async fn run(
        &self,
        ctx: WorkflowContext<'_>,
        Json(request): Json<FleetRequest>,
    ) -> HandlerResult<Json<FleetReport>> {
        let at_a_time = usize::from(request.at_a_time.unwrap_or(AT_A_TIME).max(1));
        let start = |item: &CompanyImport| {
            let import = KeepnetCompany::import_of(&item.company);
            let request = ctx.request::<_, Json<ImportSummary>>(import, Json(item.import.clone()));
            request.call()
        };
        let mut progress = FleetProgress {
            total: request.imports.len() as u64,
            ..FleetProgress::default()
        };
        ctx.set(PROGRESS, Json(progress.clone()));
        let mut results: Vec<Option<CompanyResult>> = vec![None; request.imports.len()];
        let mut waiting = request.imports.iter();
        let mut running: DurableFuturesUnordered<_> =
            waiting.by_ref().take(at_a_time).map(start).collect();
        while let Some((index, result)) = running.next().await? {
            let (summary, failure) = match result {
                Ok(Json(summary)) => (Some(summary), None),
                Err(error) => (None, Some(Failure::from_terminal(&error))),
            };
            progress.done += u64::from(summary.is_some());
            progress.failed += u64::from(failure.is_some());
            ctx.set(PROGRESS, Json(progress.clone()));
            results[index] = Some(CompanyResult {
                company: request.imports[index].company.clone(),
                summary,
                failure,
            });
            if let Some(item) = waiting.next() {
                running.push(start(item));
            }
        }
        Ok(Json(FleetReport {
            progress,
            companies: results.into_iter().flatten().collect(),
        }))
    }

    /// How far the fleet is. It never waits for an import.
    #[handler]
    async fn progress(&self, ctx: SharedWorkflowContext<'_>) -> HandlerResult<Json<FleetProgress>> {
        let progress = ctx.get::<Json<FleetProgress>>(PROGRESS).await?;
        Ok(progress.unwrap_or_else(|| Json(FleetProgress::default())))
    }
}
