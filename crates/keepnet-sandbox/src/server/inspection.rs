//! The state as JSON, for tests and for people.

use serde_json::{Value, json};

use crate::core::Settings;
use crate::state::{Company, ImportJob, State, Transaction};

/// How many e-mail addresses of a company are listed; the counts cover all of them.
const MAX_EMAILS: usize = 10_000;

/// The body of `GET /_sandbox/state`.
pub(crate) fn inspect(state: &State, settings: &Settings) -> Value {
    let companies = state.companies.iter();
    let transactions = state.transactions.values();
    let jobs = state.jobs.iter();
    let sum = |count: fn(&Company) -> u64| state.companies.iter().map(count).sum::<u64>();
    json!({
        "dialect": settings.dialect.to_string(),
        "companies": companies.map(|company| inspect_company(state, company)).collect::<Value>(),
        "transactions": transactions.map(|it| inspect_transaction(state, it)).collect::<Value>(),
        "jobs": jobs.map(|job| inspect_job(state, job)).collect::<Value>(),
        "counters": {
            "requests": state.counters.requests,
            "tokens": state.counters.tokens,
            "uploads": state.counters.uploads,
            "mappings": state.counters.mappings,
            "imports": state.counters.imports,
            "usersCreated": sum(|company| company.people.created),
            "usersUpdated": sum(|company| company.people.updated),
            "usersDeleted": sum(|company| company.people.deleted),
            "resellerCallsWithoutCompany": state.counters.unscoped_calls,
        },
    })
}

fn inspect_transaction(state: &State, transaction: &Transaction) -> Value {
    let counts = transaction.counts();
    let mapping = transaction.mapping.as_ref();
    json!({
        "id": transaction.id.to_string(),
        "company": state.companies[transaction.company].id,
        "file": transaction.file.name,
        "state": transaction.stage,
        "rows": {
            "total": transaction.file.table.len(),
            "new": counts.new,
            "existing": counts.existing,
            "invalid": counts.invalid,
        },
        "mappingJob": mapping.map(|mapping| mapping.job.to_string()),
        "importJobs": transaction.imports.iter().map(ToString::to_string).collect::<Value>(),
    })
}

fn inspect_job(state: &State, job: &ImportJob) -> Value {
    json!({
        "id": job.id.to_string(),
        "company": state.companies[job.company].id,
        "transaction": job.transaction.to_string(),
        "status": job.status as i64,
        "statusName": job.status,
        "rows": { "total": job.queue.len(), "done": job.done },
        "created": job.created_users,
        "updated": job.updated_users,
        "failed": job.failures.len(),
        "foreign": job.is_foreign,
    })
}

fn inspect_company(state: &State, company: &Company) -> Value {
    let people = &company.people;
    let counts = people.counts();
    let emails = people.iter().take(MAX_EMAILS).map(|user| &*user.email);
    let groups = company.groups.iter().map(|group| {
        json!({
            "id": group.id.to_string(),
            "name": group.name,
            "members": group.members.len(),
        })
    });
    json!({
        "id": company.id,
        "name": company.name,
        "parent": company.parent.map(|parent| &state.companies[parent].id),
        "reseller": company.parent.is_none(),
        "users": {
            "total": people.len(),
            "active": counts.active,
            "inactive": counts.inactive,
            "deleted": counts.deleted,
        },
        "emails": emails.collect::<Value>(),
        "emailsTruncated": people.len() > MAX_EMAILS,
        "groups": groups.collect::<Value>(),
        "counters": {
            "created": people.created,
            "updated": people.updated,
            "deleted": people.deleted,
        },
    })
}
