//! Fleets that run again and again, by delayed calls of the engine.

use std::time::Duration;

use restate_sdk::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::fleet::{FleetReport, FleetRequest, KeepnetFleet};

/// A fleet that runs again and again. The key is a name of yours.
#[derive(Clone, Copy, Debug)]
pub struct KeepnetSchedule;

/// What to run, and how often.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ScheduleRequest {
    /// The time between two starts, in seconds; at least 1. A run that takes longer does not delay the
    /// next one; what writes into the same customer waits.
    pub every_seconds: u64,
    /// The time until the first start, in seconds. Default: 0.
    #[serde(default)]
    pub first_after_seconds: u64,
    /// The imports and the synchronizations.
    pub fleet: FleetRequest,
}

/// Whether a schedule runs, and what it has started.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ScheduleStatus {
    /// Whether it starts more fleets.
    pub is_active: bool,
    /// How many fleets it has started since it was created.
    pub started: u64,
    /// The key of the fleet that was started last.
    pub last_fleet: Option<String>,
}

impl ScheduleRequest {
    /// Runs the fleet now, and then after each `every`, in whole seconds.
    pub fn new(every: Duration, fleet: FleetRequest) -> ScheduleRequest {
        ScheduleRequest {
            every_seconds: every.as_secs(),
            first_after_seconds: 0,
            fleet,
        }
    }
}

const ACTIVE: &str = "active";
const STATUS: &str = "status";

/// The schedule that is active.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Active {
    /// Tells the delayed call of this schedule from one of a schedule that it has replaced.
    generation: u64,
    request: ScheduleRequest,
}

#[restate_sdk::object(name = "KeepnetSchedule", client_visibility = "pub(crate)")]
impl KeepnetSchedule {
    /// Starts the schedule, in place of an earlier one with this key.
    #[handler]
    async fn start(
        &self,
        ctx: ObjectContext<'_>,
        Json(request): Json<ScheduleRequest>,
    ) -> HandlerResult<()> {
        if request.every_seconds == 0 {
            let problem = "every_seconds must be at least 1";
            return Err(TerminalError::new_with_code(400, problem).into());
        }
        let first = Duration::from_secs(request.first_after_seconds);
        let mut status = status_of(ctx.get(STATUS).await?);
        status.is_active = true;
        ctx.set(STATUS, Json(status));
        let generation = ctx.random_seed();
        ctx.set(
            ACTIVE,
            Json(Active {
                generation,
                request,
            }),
        );
        let this = ctx.object_client::<KeepnetScheduleClient>(ctx.key());
        drop(this.tick(generation).send_after(first));
        Ok(())
    }

    /// Starts no more fleets; those that run go on.
    #[handler]
    async fn stop(&self, ctx: ObjectContext<'_>) -> HandlerResult<()> {
        let mut status = status_of(ctx.get(STATUS).await?);
        status.is_active = false;
        ctx.set(STATUS, Json(status));
        ctx.clear(ACTIVE);
        Ok(())
    }

    /// Starts a fleet, and calls itself again after the time between two starts.
    #[handler(ingress_private)]
    async fn tick(&self, ctx: ObjectContext<'_>, generation: u64) -> HandlerResult<()> {
        let active = ctx.get::<Json<Active>>(ACTIVE).await?.map(Json::into_inner);
        let Some(active) = active.filter(|active| active.generation == generation) else {
            return Ok(());
        };
        let mut status = status_of(ctx.get(STATUS).await?);
        status.started += 1;
        let fleet = format!("{}-{}", ctx.key(), status.started);
        status.last_fleet = Some(fleet.clone());
        ctx.set(STATUS, Json(status));
        let every = Duration::from_secs(active.request.every_seconds);
        let this = ctx.object_client::<KeepnetScheduleClient>(ctx.key());
        drop(this.tick(generation).send_after(every));
        let run = KeepnetFleet::run_of(&fleet);
        let request = Json(active.request.fleet);
        drop(ctx.request::<_, Json<FleetReport>>(run, request).send());
        Ok(())
    }

    /// Whether the schedule is active, and what it has started.
    #[handler]
    async fn status(&self, ctx: SharedObjectContext<'_>) -> HandlerResult<Json<ScheduleStatus>> {
        Ok(Json(status_of(ctx.get(STATUS).await?)))
    }
}

fn status_of(kept: Option<Json<ScheduleStatus>>) -> ScheduleStatus {
    kept.map(Json::into_inner).unwrap_or_default()
}
