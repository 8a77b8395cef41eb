//! What the sandbox tells about itself under `/_sandbox`: the state it holds and the requests it
//! saw.

use hyper::header::HeaderMap;
use serde_json::{Value, json};

use crate::scope;
use crate::server::Settings;
use crate::state::{Company, ImportJob, Transaction, World};

/// So many e-mail addresses of a company are listed; the counts cover all of them.
const EMAILS_SHOWN: usize = 10_000;

/// One request that the sandbox received, in the order in which it was answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// `GET`, `POST`, …
    pub method: String,
    /// The path as sent, without the query.
    pub path: String,
    /// The operation that answered, such as `POST /api/target-users/search`; `None` for an unknown
    /// path or method.
    pub operation: Option<String>,
    /// The value of `X-KEEPNET-Company-Id`.
    pub keepnet_company_id: Option<String>,
    /// The value of `X-IR-COMPANY-ID`.
    pub ir_company_id: Option<String>,
    /// The id of the company that the call acted in, once the scope was settled.
    pub company: Option<String>,
    /// The client whose token was sent.
    pub client_id: Option<String>,
    /// The status of the answer; 0 if the connection ended before one was sent.
    pub status: u16,
    /// The faults that hit the call, as they are written.
    pub faults: Vec<String>,
}

impl RecordedRequest {
    pub(crate) fn begin(method: &str, path: &str, headers: &HeaderMap) -> Self {
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            keepnet_company_id: scope::header(headers, scope::KEEPNET_HEADER).map(str::to_owned),
            ir_company_id: scope::header(headers, scope::IR_HEADER).map(str::to_owned),
            ..Self::default()
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({
            "method": self.method,
            "path": self.path,
            "operation": self.operation,
            "companyHeaders": {
                "X-KEEPNET-Company-Id": self.keepnet_company_id,
                "X-IR-COMPANY-ID": self.ir_company_id,
            },
            "company": self.company,
            "client": self.client_id,
            "status": self.status,
            "faults": self.faults,
        })
    }
}

/// The body of `GET /_sandbox/state`.
pub(crate) fn state(world: &World, settings: &Settings) -> Value {
    let companies = world
        .companies
        .iter()
        .map(|company| company_state(world, company));
    let transactions = world.transactions.values();
    let jobs = world.jobs.iter();
    json!({
        "dialect": settings.dialect.to_string(),
        "companies": companies.collect::<Value>(),
        "transactions": transactions.map(|it| transaction_state(world, it)).collect::<Value>(),
        "jobs": jobs.map(|job| job_state(world, job)).collect::<Value>(),
        "counters": {
            "requests": world.requests_seen,
            "tokens": world.counters.tokens,
            "uploads": world.counters.uploads,
            "mappings": world.counters.mappings,
            "imports": world.counters.imports,
            "usersCreated": total(world, |company| company.people.created),
            "usersUpdated": total(world, |company| company.people.updated),
            "usersDeleted": total(world, |company| company.people.deleted),
            "resellerCallsWithoutCompany": world.counters.unscoped_calls,
        },
    })
}

fn transaction_state(world: &World, transaction: &Transaction) -> Value {
    let counts = transaction.counts();
    let mapping_job = transaction
        .mapping
        .as_ref()
        .map(|mapping| mapping.job.to_string());
    json!({
        "id": transaction.id.to_string(),
        "company": world.companies[transaction.company].id,
        "file": transaction.file_name,
        "state": transaction.stage.name(),
        "rows": {
            "total": transaction.table.len(),
            "new": counts.new,
            "existing": counts.existing,
            "invalid": counts.invalid,
        },
        "mappingJob": mapping_job,
        "importJobs": transaction.imports.iter().map(ToString::to_string).collect::<Value>(),
    })
}

fn job_state(world: &World, job: &ImportJob) -> Value {
    json!({
        "id": job.id.to_string(),
        "company": world.companies[job.company].id,
        "transaction": job.transaction.to_string(),
        "status": job.status.code(),
        "statusName": job.status.name(),
        "rows": { "total": job.queue.len(), "done": job.done },
        "created": job.created_users,
        "updated": job.updated_users,
        "failed": job.failures.len(),
    })
}

fn company_state(world: &World, company: &Company) -> Value {
    let counts = company.people.counts();
    let emails: Vec<&str> = company
        .people
        .iter()
        .take(EMAILS_SHOWN)
        .map(|user| user.email.as_ref())
        .collect();
    json!({
        "id": company.id,
        "name": company.name,
        "parent": company.parent.map(|parent| &world.companies[parent].id),
        "reseller": company.parent.is_none(),
        "users": {
            "total": company.people.len(),
            "active": counts.active,
            "inactive": counts.inactive,
            "deleted": counts.deleted,
        },
        "emails": emails,
        "emailsTruncated": company.people.len() > EMAILS_SHOWN,
        "groups": company.groups.iter().map(|group| json!({
            "id": group.id.to_string(),
            "name": group.name,
            "members": group.members.len(),
        })).collect::<Vec<_>>(),
        "counters": {
            "created": company.people.created,
            "updated": company.people.updated,
            "deleted": company.people.deleted,
        },
    })
}

fn total(world: &World, count: fn(&Company) -> u64) -> u64 {
    world.companies.iter().map(count).sum()
}
