//! Imports and synchronizations for many customers: a workflow that fans out over their objects and
//! collects.

use restate_sdk::context::RequestTarget;
use restate_sdk::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::company::{ImportRequest, ImportSummary, KeepnetCompany, SyncRequest, SyncSummary};
use crate::failure::Failure;

/// How many customers are worked on at a time, unless the request says otherwise.
const AT_A_TIME: u16 = 8;

/// Imports and synchronizations for many customers. The key is a name of yours; the engine runs each once, and keeps its
/// result for a day.
#[derive(Clone, Copy, Debug)]
pub struct KeepnetFleet;

/// Which staff lists to import or to synchronize for which customers. Two for the same customer run one
/// after the other.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FleetRequest {
    /// The imports.
    #[serde(default)]
    pub imports: Vec<CompanyImport>,
    /// The synchronizations.
    #[serde(default)]
    pub syncs: Vec<CompanySync>,
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

/// A synchronization for one customer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CompanySync {
    /// The resource id of the customer.
    pub company: String,
    /// With which list, and how.
    pub sync: SyncRequest,
}

/// How far a fleet is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct FleetProgress {
    /// How many imports and synchronizations there are.
    pub total: u64,
    /// How many have ended without an error.
    pub done: u64,
    /// How many have failed.
    pub failed: u64,
}

/// What a fleet did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct FleetReport {
    /// How many ended in which way.
    pub progress: FleetProgress,
    /// The result for each customer: first the imports, then the synchronizations, in the order of the
    /// request.
    pub companies: Vec<CompanyResult>,
}

/// What came of an import or a synchronization for one customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct CompanyResult {
    /// The resource id of the customer.
    pub company: String,
    /// What the import did; null if it failed, and of a synchronization.
    pub import: Option<ImportSummary>,
    /// What the synchronization did; null if it failed, and of an import.
    pub sync: Option<SyncSummary>,
    /// Why it failed.
    pub failure: Option<Failure>,
}

impl FleetRequest {
    /// A fleet of these imports.
    pub fn new(imports: impl IntoIterator<Item = CompanyImport>) -> FleetRequest {
        FleetRequest {
            imports: imports.into_iter().collect(),
            ..FleetRequest::default()
        }
    }

    /// Adds synchronizations.
    #[must_use]
    pub fn syncs(mut self, syncs: impl IntoIterator<Item = CompanySync>) -> FleetRequest {
        self.syncs.extend(syncs);
        self
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

impl CompanySync {
    /// A synchronization for the customer with this resource id.
    pub fn new(company: impl Into<String>, sync: SyncRequest) -> CompanySync {
        CompanySync {
            company: company.into(),
            sync,
        }
    }
}

/// A call of the object of a customer.
#[derive(Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum CompanyRequest {
    Import(ImportRequest),
    Sync(SyncRequest),
}

/// Its result. The summary of a synchronization has no `rows`, which that of an import must have.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum CompanySummary {
    Import(ImportSummary),
    Sync(SyncSummary),
}

impl CompanyRequest {
    fn handler(&self, company: &str) -> RequestTarget {
        let name = match self {
            CompanyRequest::Import(_) => "import",
            CompanyRequest::Sync(_) => "sync",
        };
        KeepnetCompany::handler(company, name)
    }
}

impl FleetRequest {
    /// The calls, each with its customer.
    fn into_calls(self) -> Vec<(String, CompanyRequest)> {
        let imports = self.imports.into_iter();
        let imports = imports.map(|it| (it.company, CompanyRequest::Import(it.import)));
        let syncs = self.syncs.into_iter();
        let syncs = syncs.map(|it| (it.company, CompanyRequest::Sync(it.sync)));
        imports.chain(syncs).collect()
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
    /// Runs the imports and the synchronizations. One that fails does not stop the others.
    #[handler]
    async fn run(
        &self,
        ctx: WorkflowContext<'_>,
        Json(request): Json<FleetRequest>,
    ) -> HandlerResult<Json<FleetReport>> {
        let at_a_time = usize::from(request.at_a_time.unwrap_or(AT_A_TIME).max(1));
        let calls = request.into_calls();
        let start = |(company, request): &(String, CompanyRequest)| {
            let handler = request.handler(company);
            let request = ctx.request::<_, Json<CompanySummary>>(handler, Json(request.clone()));
            request.call()
        };
        let mut progress = FleetProgress {
            total: calls.len() as u64,
            ..FleetProgress::default()
        };
        ctx.set(PROGRESS, Json(progress.clone()));
        let mut results: Vec<Option<CompanyResult>> = vec![None; calls.len()];
        let mut waiting = calls.iter();
        let mut running: DurableFuturesUnordered<_> =
            waiting.by_ref().take(at_a_time).map(start).collect();
        while let Some((index, result)) = running.next().await? {
            let (import, sync, failure) = match result {
                Ok(Json(CompanySummary::Import(summary))) => (Some(summary), None, None),
                Ok(Json(CompanySummary::Sync(summary))) => (None, Some(summary), None),
                Err(error) => (None, None, Some(Failure::from_terminal(&error))),
            };
            progress.failed += u64::from(failure.is_some());
            progress.done += u64::from(failure.is_none());
            ctx.set(PROGRESS, Json(progress.clone()));
            results[index] = Some(CompanyResult {
                company: calls[index].0.clone(),
                import,
                sync,
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
