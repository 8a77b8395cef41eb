//! The import job: it turns rows into users, in the background.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::preview::selected_row;
use super::{rows, transaction_in_path};
use crate::dialect::{Dialect, ImportMode};
use crate::envelope::{Answer, Failure, Reply};
use crate::fault::ImportFault;
use crate::jobs::{self, Work};
use crate::request::Call;
use crate::resource_id::ResourceId;
use crate::state::{
    Field, ImportJob, JobStatus, Mapping, RowFailure, RowStatus, Stage, User, World,
};

/// Answers `POST /api/target-users/{transactionId}/import`: at once, while the job goes on.
pub(crate) fn start(world: &mut World, call: &Call) -> Answer {
    let id = transaction_in_path(world, call)?;
    let body = call.fields()?;
    let mode = mode(call.dialect(), body.text("importType")?.unwrap_or_default())?;
    let selected = body.texts("selectedResourceIds")?;
    let Some(transaction) = world.transactions.get_mut(&id) else {
        return Err(Failure::not_found("The transaction was not found"));
    };
    match transaction.stage {
        Stage::Mapped => {}
        Stage::Imported if !call.rules().reject_second_import => {}
        Stage::Imported => return Err(Failure::input("The transaction was imported already")),
        _ => {
            return Err(Failure::input(
                "The transaction is not mapped yet; wait for its mapping job",
            ));
        }
    }
    let Some(mapping) = &transaction.mapping else {
        return Err(Failure::input("The transaction is not mapped yet"));
    };
    let (queue, failures) = rows_of(mode, mapping, &selected)?;
    let job = world.ids.next();
    transaction.stage = Stage::Imported;
    transaction.imports.push(job);
    world.counters.imports += 1;
    world.jobs.push(ImportJob {
        id: job,
        number: world.jobs.len() + 1,
        company: call.company,
        transaction: id,
        created: call.core.settings.clock.now(),
        finished: None,
        status: JobStatus::Waiting,
        queue,
        done: 0,
        created_users: 0,
        updated_users: 0,
        failures,
        fault: call.effects.import,
    });
    jobs::run(&call.core, world, Work::Import(job));
    let data = if call.rules().import_returns_job_id {
        json!({ "resourceId": job.to_string() })
    } else {
        json!({})
    };
    Ok(Reply::Data {
        data,
        message: "The import was started",
    })
}

/// Moves an import by one step; true while there is more to do.
pub(crate) fn advance(world: &mut World, id: ResourceId, now: Timestamp) -> bool {
    let Some(job) = world.jobs.iter_mut().find(|job| job.id == id) else {
        return false;
    };
    match job.status {
        JobStatus::Completed | JobStatus::Failed => return false,
        JobStatus::Running if job.fault == Some(ImportFault::Fails) => {
            job.status = JobStatus::Failed;
            job.finished = Some(now);
            return false;
        }
        JobStatus::Waiting => {
            job.status = JobStatus::Started;
            return true;
        }
        JobStatus::Started | JobStatus::Running => job.status = JobStatus::Running,
    }
    let Some(transaction) = world.transactions.get(&job.transaction) else {
        return false;
    };
    let Some(mapping) = &transaction.mapping else {
        return false;
    };
    let table = Arc::clone(&transaction.table);
    let company = &mut world.companies[job.company];
    let end = job
        .queue
        .len()
        .min(job.done + jobs::rows_per_step(job.queue.len()));
    let failing = match job.fault {
        Some(ImportFault::Rows(rows)) => rows,
        Some(ImportFault::Fails) | None => 0,
    };
    for (place, &row) in (job.done..).zip(&job.queue[job.done..end]) {
        let status = mapping.statuses[row];
        if place < failing {
            let details = vec![rows::fault("Email", "The row could not be saved")];
            job.failures.push(RowFailure {
                row,
                status,
                details,
            });
            continue;
        }
        let known = company
            .people
            .find_email(mapping.columns.value(&table, row, Field::Email));
        let user = match (status, known) {
            (RowStatus::Scim, Some(index)) => index,
            // A user of this address who came meanwhile is updated: nobody is there twice.
            (_, Some(index)) => {
                company.people.update(index, now, |user| {
                    rows::apply(&mapping.columns, &table, row, user)
                });
                job.updated_users += 1;
                index
            }
            (RowStatus::New, None) => {
                let email = mapping.columns.value(&table, row, Field::Email);
                let mut user = User::new(world.ids.next(), email, now);
                rows::apply(&mapping.columns, &table, row, &mut user);
                job.created_users += 1;
                company.people.create(user)
            }
            (_, None) => {
                let details = vec![rows::fault("Email", "The user was deleted meanwhile")];
                job.failures.push(RowFailure {
                    row,
                    status,
                    details,
                });
                continue;
            }
        };
        company.join(user, &mapping.groups);
    }
    job.done = end;
    if end == job.queue.len() && job.fault != Some(ImportFault::Fails) {
        job.status = JobStatus::Completed;
        job.finished = Some(now);
    }
    !job.status.is_final()
}

fn mode(dialect: Dialect, name: &str) -> Result<ImportMode, Failure> {
    let choices = match dialect {
        Dialect::Documented => "All or Selected",
        Dialect::Observed => "ImportAll, ImportSelected, OnlyNew or OnlyUpdateExisting",
    };
    dialect
        .import_mode(name)
        .ok_or_else(|| Failure::input(format!("importType is {choices}")))
}

/// The rows that an import takes, and the invalid ones it was asked for and leaves out.
fn rows_of(
    mode: ImportMode,
    mapping: &Mapping,
    selected: &[&str],
) -> Result<(Vec<usize>, Vec<RowFailure>), Failure> {
    let mut asked: Vec<usize> = match mode {
        ImportMode::Selected if selected.is_empty() => {
            return Err(Failure::input(
                "selectedResourceIds must name at least one row",
            ));
        }
        ImportMode::Selected => selected
            .iter()
            .map(|id| selected_row(mapping, id))
            .collect::<Result<_, _>>()?,
        ImportMode::All => (0..mapping.statuses.len()).collect(),
        ImportMode::OnlyNew | ImportMode::OnlyExisting => {
            let only = if mode == ImportMode::OnlyNew {
                RowStatus::New
            } else {
                RowStatus::Exists
            };
            (0..mapping.statuses.len())
                .filter(|&row| mapping.statuses[row] == only)
                .collect()
        }
    };
    asked.sort_unstable();
    asked.dedup();
    let (invalid, valid): (Vec<_>, Vec<_>) = asked
        .into_iter()
        .partition(|&row| mapping.statuses[row] == RowStatus::Error);
    let failures = invalid.into_iter().map(|row| RowFailure {
        row,
        status: RowStatus::Error,
        details: mapping.details(row).to_vec(),
    });
    Ok((valid, failures.collect()))
}

/// The failures of a job, as its detail lists them.
pub(crate) fn process_errors(world: &World, job: &ImportJob) -> Value {
    let Some(transaction) = world.transactions.get(&job.transaction) else {
        return json!([]);
    };
    let Some(mapping) = &transaction.mapping else {
        return json!([]);
    };
    let errors = job.failures.iter().map(|failure| {
        let message = failure.details.first().map_or("", |detail| detail.message.as_str());
        json!({
            "errorMessage": message,
            "inputData":
                rows::failure_input(transaction, mapping, failure.row, failure.status.code(), &failure.details),
        })
    });
    errors.collect()
}
