//! What a fleet would do, customer by customer.

use futures::stream::{self, BoxStream, StreamExt as _};
use keepnet_client::CompanyRef;
use keepnet_staff_list::Warning;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::checked_fleet::{AT_A_TIME, Fleet};
use super::fleet_entry::{FleetEntry, FleetWork};
use super::job::FleetJob;
use super::list_warnings::count_of_plan;
use super::outcome::FleetState;
use super::result::{codes, why_domains_refused, why_refused};
use super::work::{checked_list, frozen_company, sync_settings};
use crate::import::ImportMode;
use crate::sync::{Leavers, PossibleRefusal, PossibleRename, SyncPlan};
use crate::users::{UnknownDomains, ensure_own_domains};
use crate::{Reseller, Result};

/// What a fleet would do for a customer. It has no people's data but resource ids and row numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct FleetPlan {
    /// The resource id of the customer.
    pub company_id: String,
    /// Its name.
    pub company: String,
    /// `planned`, `unchanged`, `refused` or `failed`.
    pub outcome: FleetState,
    /// How many people would join.
    pub join: u64,
    /// How many people would be changed.
    pub change: u64,
    /// How many people would leave. An import makes nobody leave.
    pub leave: u64,
    /// How many people have what their row says.
    pub stay: u64,
    /// How many rows are rejected.
    pub rejected: u64,
    /// How much a person should look at: the warnings of the list, and the possible renames and refusals.
    pub warning_count: u64,
    /// The warnings of the list; at most 10,000 are kept.
    pub warnings: Vec<Warning>,
    /// People and rows with another e-mail address that may be theirs; empty for an import.
    pub possible_renames: Vec<PossibleRename>,
    /// People who are written by one request, with a value that the service may refuse in it; empty for
    /// an import.
    pub possible_refusals: Vec<PossibleRefusal>,
    /// The words of the refusals, such as `too_many_leavers`; empty if the plan is not refused.
    pub refusals: Vec<String>,
    /// Why it would not be done; null otherwise.
    pub why: Option<String>,
}

impl FleetPlan {
    fn new(company: &CompanyRef, outcome: FleetState) -> FleetPlan {
        FleetPlan {
            company_id: company.id.clone(),
            company: company.name.clone(),
            outcome,
            join: 0,
            change: 0,
            leave: 0,
            stay: 0,
            rejected: 0,
            warning_count: 0,
            warnings: Vec::new(),
            possible_renames: Vec::new(),
            possible_refusals: Vec::new(),
            refusals: Vec::new(),
            why: None,
        }
    }
}

impl Fleet {
    /// Compares the list of each customer with its people, who are listed once. It writes nothing, and
    /// the plans are returned as they are made. One that fails stops no other.
    ///
    /// The plan of an import is what would be written if nobody changes meanwhile. What the service
    /// rejects shows when the import runs.
    pub fn plan(self) -> BoxStream<'static, FleetPlan> {
        let Fleet { reseller, jobs, .. } = self;
        let plans = stream::iter(jobs).map(move |job| {
            let reseller = reseller.clone();
            async move {
                let planned = plan(&reseller, &job).await;
                planned.unwrap_or_else(|error| FleetPlan {
                    why: Some(error.to_string()),
                    ..FleetPlan::new(&job.company, FleetState::Failed)
                })
            }
        });
        plans.buffer_unordered(AT_A_TIME).boxed()
    }
}

async fn plan(reseller: &Reseller, job: &FleetJob) -> Result<FleetPlan> {
    let refused = |why: String| FleetPlan {
        why: Some(why),
        ..FleetPlan::new(&job.company, FleetState::Refused)
    };
    let company = match frozen_company(reseller, job).await? {
        Ok(company) => company,
        Err(why) => return Ok(refused(why)),
    };
    let sheet = match checked_list(job).await? {
        Ok(sheet) => sheet,
        Err(why) => return Ok(refused(why)),
    };
    let entry = FleetEntry {
        leavers: match job.entry.work() {
            FleetWork::Sync => job.entry.leavers,
            FleetWork::Import => Some(Leavers::Keep),
        },
        ..job.entry.clone()
    };
    let plan = sync_settings(&company, &entry, sheet)?.plan().await?;
    if job.entry.work() == FleetWork::Import {
        let listed = plan.listed_domains();
        let domains = job.entry.domains.as_deref();
        if let Err(error) = ensure_own_domains(&company, &listed, domains).await {
            return match error.find_source() {
                Some(refusal) => Ok(FleetPlan {
                    refusals: vec![UnknownDomains::CODE.to_owned()],
                    ..refused(why_domains_refused(refusal))
                }),
                None => Err(error),
            };
        }
    }
    Ok(of_plan(job, &plan))
}

fn of_plan(job: &FleetJob, plan: &SyncPlan) -> FleetPlan {
    let counts = plan.counts();
    let (is_sync, mode) = (job.entry.work() == FleetWork::Sync, job.entry.mode);
    let refusals = if is_sync { plan.refusals() } else { &[] };
    let join = if mode == Some(ImportMode::Existing) {
        0
    } else {
        counts.join
    };
    let change = if mode == Some(ImportMode::New) {
        0
    } else {
        counts.change
    };
    let (renames, doubts) = match is_sync {
        true => (plan.possible_renames(), plan.possible_refusals()),
        false => (&[][..], &[][..]),
    };
    let state = match join + change + counts.leave {
        _ if !refusals.is_empty() => FleetState::Refused,
        0 => FleetState::Unchanged,
        _ => FleetState::Planned,
    };
    FleetPlan {
        join,
        change,
        leave: counts.leave,
        stay: counts.stay,
        rejected: counts.rejected(),
        warning_count: match is_sync {
            true => count_of_plan(plan),
            false => plan.warning_count(),
        },
        warnings: plan.warnings().to_vec(),
        possible_renames: renames.to_vec(),
        possible_refusals: doubts.to_vec(),
        refusals: codes(refusals),
        why: (!refusals.is_empty()).then(|| why_refused(refusals)),
        ..FleetPlan::new(&job.company, state)
    }
}
