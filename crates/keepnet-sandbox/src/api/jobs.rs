//! Import jobs, as the job list and a single job show them.

use serde_json::{Value, json};

use super::import;
use crate::call::Call;
use crate::http::{HandlerResult, Reply};
use crate::resource_id::ResourceId;
use crate::state::{ImportJob, JobStatus, State};

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
    let job = call.find("The job", |id| {
        let mut jobs = state.jobs.iter();
        jobs.find(|job| job.id == id && job.company == call.company)
    })?;
    let id = job.id;
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
    // A process with nothing to do has the counts 0 and 0, which clients take for a success.
    let counts = |applies: bool| match applies {
        true => (job.done, job.queue.len()),
        false => (0, 0),
    };
    let failed = job.failures.len();
    let errors = import::process_errors(state, job);
    let processes = [
        ("Target users", 1, counts(true), Vec::new()),
        ("Target groups", 2, counts(has_groups), Vec::new()),
        ("Custom fields", 3, counts(has_custom_fields), Vec::new()),
        // The web client reads the failed rows from the process of type 11.
        ("Failed rows", 11, (failed, failed), errors),
    ];
    let processes = processes.map(|(name, process_type, (current, target), errors)| {
        json!({
            "name": name,
            "type": process_type,
            "currentCount": current,
            "targetCount": target,
            "existsError": !errors.is_empty(),
            "processErrors": errors,
            "createTime": call.dialect().timestamp(job.created),
            "endTime": job.finished.map(|at| call.dialect().timestamp(at)),
            "estimatedTime": 0,
            "isFinished": job.status.is_final(),
            "progress": progress(job),
        })
    });
    json!(processes)
}

/// In per cent.
fn progress(job: &ImportJob) -> f64 {
    match (job.status, job.queue.len()) {
        (JobStatus::Completed, _) => 100.0,
        (_, 0) => 0.0,
        (_, total) => (job.done as f64 * 100.0 / total as f64).floor(),
    }
}
