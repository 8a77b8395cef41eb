//! Background work: keeping it going, and telling how far it is.

use std::sync::{Arc, Weak};
use std::time::Duration;

use serde_json::{Value, json};

use crate::envelope::{Answer, Failure, Reply};
use crate::import;
use crate::request::Call;
use crate::resource_id::ResourceId;
use crate::rules::Pace;
use crate::server::{Core, Settings};
use crate::state::{ImportJob, JobStatus, World};

/// A job that nobody polls moves by itself after this time.
const UNPOLLED_STEP: Duration = Duration::from_millis(100);
/// A job is cut into so many steps, unless they get too large.
const STEPS: usize = 4;
const LARGEST_STEP: usize = 20_000;
/// The process type under which the service lists the rows it did not import.
const ROW_FAILURES: i64 = 11;

/// Something that goes on in the background.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Work {
    /// The mapping of this transaction.
    Mapping(ResourceId),
    /// This import job.
    Import(ResourceId),
}

/// Keeps the work going until it is done, the sandbox is reset, or it stops.
pub(crate) fn run(core: &Arc<Core>, world: &World, work: Work) {
    let pause = match core.settings.pace {
        Pace::Polled => UNPOLLED_STEP,
        Pace::Every(pause) => pause,
    };
    let generation = world.generation;
    let core = Arc::downgrade(core);
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(pause).await;
            if !step_of(&core, generation, work) {
                break;
            }
        }
    });
}

/// Moves the work by one step; true while there is more to do.
pub(crate) fn step(world: &mut World, settings: &Settings, work: Work) -> bool {
    match work {
        Work::Mapping(transaction) => import::advance_mapping(world, transaction, &settings.rules),
        Work::Import(job) => import::advance_import(world, job, settings.clock.now()),
    }
}

/// How many rows a step takes.
pub(crate) fn rows_per_step(total: usize) -> usize {
    total.div_ceil(STEPS).clamp(1, LARGEST_STEP)
}

/// Answers `GET /api/jobs`: the newest first.
pub(crate) fn list(world: &mut World, call: &Call) -> Answer {
    let own = |job: &&ImportJob| job.company == call.company;
    let jobs: Value = world
        .jobs
        .iter()
        .rev()
        .filter(own)
        .map(|job| summary(job, call))
        .collect();
    let own_jobs: Vec<ResourceId> = world.jobs.iter().filter(own).map(|job| job.id).collect();
    for job in own_jobs {
        polled(world, call, job);
    }
    Ok(Reply::data(jobs))
}

/// Answers `GET /api/jobs/{resourceId}`.
pub(crate) fn show(world: &mut World, call: &Call) -> Answer {
    let id = call.id("resourceId", "The job")?;
    let job = world.job(id).filter(|job| job.company == call.company);
    let job = job.ok_or_else(|| Failure::not_found("The job was not found"))?;
    let mut detail = summary(job, call);
    detail["processResults"] = processes(world, job, call);
    polled(world, call, id);
    Ok(Reply::data(detail))
}

fn step_of(core: &Weak<Core>, generation: u64, work: Work) -> bool {
    let Some(core) = core.upgrade() else {
        return false;
    };
    let mut world = core.world();
    world.generation == generation && step(&mut world, &core.settings, work)
}

fn polled(world: &mut World, call: &Call, job: ResourceId) {
    if call.core.settings.pace == Pace::Polled {
        step(world, &call.core.settings, Work::Import(job));
    }
}

fn summary(job: &ImportJob, call: &Call) -> Value {
    json!({
        "jobId": job.number,
        "companyId": job.company + 1,
        "name": "Import Target Users",
        "progress": progress(job),
        "status": job.status.code(),
        "resourceId": job.id.to_string(),
        "createTime": call.dialect().timestamp(job.created),
        "endTime": call.dialect().optional_timestamp(job.finished),
        "errorMessage": (job.status == JobStatus::Failed).then_some("The import failed"),
        "estimatedTime": 0,
        "isFinished": job.status.is_final(),
    })
}

/// The users, their groups, their custom fields, and the rows that were left out.
fn processes(world: &World, job: &ImportJob, call: &Call) -> Value {
    let mapping = world
        .transactions
        .get(&job.transaction)
        .and_then(|transaction| transaction.mapping.as_ref());
    let in_groups = mapping.is_some_and(|mapping| !mapping.groups.is_empty());
    let has_custom = mapping.is_some_and(|mapping| mapping.columns.has_custom());
    let process = |name: &str, kind: i64, current: usize, target: usize, errors: Value| {
        json!({
            "name": name,
            "type": kind,
            "currentCount": current,
            "targetCount": target,
            "existsError": errors.as_array().is_some_and(|errors| !errors.is_empty()),
            "processErrors": errors,
            "createTime": call.dialect().timestamp(job.created),
            "endTime": call.dialect().optional_timestamp(job.finished),
            "estimatedTime": 0,
            "isFinished": job.status.is_final(),
            "progress": progress(job),
        })
    };
    let counted = |counts: bool| {
        if counts {
            (job.done, job.queue.len())
        } else {
            (0, 0)
        }
    };
    let (joined, joining) = counted(in_groups);
    let (filled, filling) = counted(has_custom);
    let failed = job.failures.len();
    json!([
        process("Target users", 1, job.done, job.queue.len(), json!([])),
        process("Target groups", 2, joined, joining, json!([])),
        process("Custom fields", 3, filled, filling, json!([])),
        process(
            "Failed rows",
            ROW_FAILURES,
            failed,
            failed,
            import::process_errors(world, job)
        ),
    ])
}

/// In per cent.
fn progress(job: &ImportJob) -> f64 {
    match (job.status, job.queue.len()) {
        (JobStatus::Completed, _) => 100.0,
        (_, 0) => 0.0,
        (_, total) => (job.done as f64 * 100.0 / total as f64).floor(),
    }
}
