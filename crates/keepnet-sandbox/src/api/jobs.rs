//! Import jobs, as the job list and a single job show them.

use serde_json::{Value, json};

use super::import;
use crate::call::Call;
use crate::http::{ApiError, HandlerResult, Reply};
use crate::resource_id::ResourceId;
use crate::state::{ImportJob, JobStatus, State};

/// The process types of an import. The web client reads the failed rows from type 11.
const USERS_PROCESS: i64 = 1;
const GROUPS_PROCESS: i64 = 2;
const CUSTOM_FIELDS_PROCESS: i64 = 3;
const FAILED_ROWS_PROCESS: i64 = 11;

/// Handles `GET /api/jobs`: the newest first.
pub(crate) fn list(state: &mut State, call: &Call) -> HandlerResult {
    let jobs = state.jobs.iter().filter(|job| job.company == call.company);
    let rows = jobs.clone().rev().map(|job| summary(job, call)).collect();
    let ids: Vec<ResourceId> = jobs.map(|job| job.id).collect();
    for id in ids {
        import::advance_polled(state, call, import::BackgroundJob::Import(id));
    }
    Ok(Reply::data(rows))
}

/// Handles `GET /api/jobs/{resourceId}`.
pub(crate) fn show(state: &mut State, call: &Call) -> HandlerResult {
    let id = call.resource_id("The job")?;
    let mut jobs = state.jobs.iter();
    let job = jobs.find(|job| job.id == id && job.company == call.company);
    let job = job.ok_or_else(|| ApiError::not_found("The job was not found"))?;
    let mut detail = summary(job, call);
    detail["processResults"] = processes(state, job, call);
    import::advance_polled(state, call, import::BackgroundJob::Import(id));
    Ok(Reply::data(detail))
}

fn summary(job: &ImportJob, call: &Call) -> Value {
    json!({
        "jobId": job.number,
        "companyId": job.company + 1,
        "name": "Import Target Users",
        "progress": progress(job),
        "status": job.status as i64,
        "resourceId": job.id.to_string(),
        "createTime": call.dialect().timestamp(job.created),
        "endTime": job.finished.map(|at| call.dialect().timestamp(at)),
        "errorMessage": (job.status == JobStatus::Failed).then_some("The import failed"),
        "estimatedTime": 0,
        "isFinished": job.status.is_final(),
    })
}

/// The processes of a job: users, groups, custom fields, and the rows that were not imported.
fn processes(state: &State, job: &ImportJob, call: &Call) -> Value {
    let transaction = state.transactions.get(&job.transaction);
    let mapping = transaction.and_then(|transaction| transaction.mapping.as_ref());
    let has_groups = mapping.is_some_and(|mapping| !mapping.groups.is_empty());
    let has_custom_fields = mapping.is_some_and(|mapping| mapping.columns.has_custom());
    let process = |name: &str, process_type: i64, counts: (usize, usize), errors: Vec<Value>| {
        json!({
            "name": name,
            "type": process_type,
            "currentCount": counts.0,
            "targetCount": counts.1,
            "existsError": !errors.is_empty(),
            "processErrors": errors,
            "createTime": call.dialect().timestamp(job.created),
            "endTime": job.finished.map(|at| call.dialect().timestamp(at)),
            "estimatedTime": 0,
            "isFinished": job.status.is_final(),
            "progress": progress(job),
        })
    };
    // A process with nothing to do has the counts 0 and 0, which clients take for a success.
    let counts = |applies: bool| match applies {
        true => (job.done, job.queue.len()),
        false => (0, 0),
    };
    let failed = job.failures.len();
    json!([
        process("Target users", USERS_PROCESS, counts(true), Vec::new()),
        process(
            "Target groups",
            GROUPS_PROCESS,
            counts(has_groups),
            Vec::new()
        ),
        process(
            "Custom fields",
            CUSTOM_FIELDS_PROCESS,
            counts(has_custom_fields),
            Vec::new()
        ),
        process(
            "Failed rows",
            FAILED_ROWS_PROCESS,
            (failed, failed),
            import::process_errors(state, job)
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
