//! The import job: it creates and updates users from the rows of a file.

use super::rows;
use crate::core::Settings;
use crate::fault::ImportFault;
use crate::resource_id::ResourceId;
use crate::state::{ImportField, JobStatus, RowFailure, RowProblem, RowStatus, State, User};

/// Advances an import job by one step, and returns whether there is more to do.
pub(super) fn advance(state: &mut State, id: ResourceId, settings: &Settings) -> bool {
    let (now, rules) = (settings.clock.now(), &settings.rules);
    let Some(job) = state.jobs.iter_mut().find(|job| job.id == id) else {
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
    let Some(transaction) = state.transactions.get(&job.transaction) else {
        return false;
    };
    let Some(mapping) = &transaction.mapping else {
        return false;
    };
    let table = &transaction.file.table;
    let company = &mut state.companies[job.company];
    let rows_to_fail = match job.fault {
        Some(ImportFault::RowFailures(rows)) => rows,
        Some(ImportFault::Fails) | None => 0,
    };
    let step = rows::next_step(job.done, job.queue.len());
    job.done = step.end;
    for position in step {
        let row = job.queue[position];
        let status = mapping.statuses[row];
        let email = mapping.columns.value(table, row, ImportField::Email);
        let apply = |user: &mut User| rows::apply(&mapping.columns, table, row, user, rules);
        let known = company.people.find_email(email);
        let deleted = match (status, known, rules.revive_deleted_users) {
            (RowStatus::New, None, true) => company.people.find_deleted(email),
            _ => None,
        };
        let imported = match (status, known, deleted) {
            _ if position < rows_to_fail => Err("The row could not be saved"),
            (RowStatus::Scim, Some(index), _) => Ok(index),
            // A user who was created after the mapping is updated, so that no address is there twice.
            (_, Some(index), _) => {
                company.people.update(index, now, apply);
                job.updated_users += 1;
                Ok(index)
            }
            (RowStatus::New, None, Some(index)) => {
                company.people.update(index, now, |user| {
                    (user.deleted, user.active) = (false, true);
                    apply(user);
                });
                job.created_users += 1;
                Ok(index)
            }
            (RowStatus::New, None, None) => {
                let mut user = User::new(state.ids.next(), email, now);
                apply(&mut user);
                job.created_users += 1;
                Ok(company.people.create(user))
            }
            (_, None, _) => Err("The user was deleted after the mapping"),
        };
        match imported {
            Ok(user) => company.add_to_groups(user, &mapping.groups),
            Err(message) => job.failures.push(RowFailure {
                row,
                status,
                problems: vec![RowProblem::new("Email", message)],
            }),
        }
    }
    if job.done == job.queue.len() && job.fault != Some(ImportFault::Fails) {
        job.status = JobStatus::Completed;
        job.finished = Some(now);
    }
    !job.status.is_final()
}
