//! The mapping job: it reads the rows under a mapping and sorts them into new, existing and invalid
//! ones.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use serde_json::json;

use super::{rows, transaction_id};
use crate::envelope::{Answer, Failure, Reply};
use crate::fault::MappingFault;
use crate::fields::Fields;
use crate::groups;
use crate::jobs::{self, Work};
use crate::request::Call;
use crate::resource_id::ResourceId;
use crate::rules::{Pace, Rules};
use crate::spreadsheet::Table;
use crate::state::{Columns, Company, Field, Mapping, RowCounts, RowStatus, Stage, World};

/// Answers `POST /api/target-users/create-mapping`.
pub(crate) fn create_mapping(world: &mut World, call: &Call) -> Answer {
    let body = call.fields()?;
    let id = transaction_id(world, call, body.text("transactionId")?.unwrap_or_default())?;
    let company = &world.companies[call.company];
    let transaction = &world.transactions[&id];
    if transaction.stage != Stage::Uploaded {
        return Err(Failure::input(
            "The transaction is mapped already; reopen it through its update",
        ));
    }
    let columns = columns(body, &transaction.table, company)?;
    let groups = groups::named_in(body, company)?;
    let job = world.ids.next();
    let first_row = world.ids.block(transaction.table.len());
    world.counters.mappings += 1;
    if let Some(transaction) = world.transactions.get_mut(&id) {
        transaction.stage = Stage::Queued;
        transaction.mapping = Some(Mapping {
            job,
            columns,
            groups,
            first_row,
            statuses: Vec::with_capacity(transaction.table.len()),
            details: BTreeMap::new(),
            counts: RowCounts::default(),
            seen: HashSet::new(),
            fault: call.effects.mapping,
        });
    }
    jobs::run(&call.core, world, Work::Mapping(id));
    Ok(Reply::id(job, "The mapping job was queued"))
}

/// Answers `GET /api/target-users/mapping-job/{resourceId}`.
pub(crate) fn mapping_job(world: &mut World, call: &Call) -> Answer {
    let job = call.id("resourceId", "The mapping job")?;
    let found = world.transactions.values().find(|transaction| {
        transaction.company == call.company
            && transaction.stage != Stage::Expired
            && transaction
                .mapping
                .as_ref()
                .is_some_and(|mapping| mapping.job == job)
    });
    let transaction = found.ok_or_else(|| Failure::not_found("The mapping job was not found"))?;
    let id = transaction.id;
    let status = match transaction.stage {
        Stage::Uploaded | Stage::Queued => "Idle",
        Stage::Running => "Running",
        Stage::Mapped | Stage::Imported => "Finished",
        Stage::MappingFailed => "FinishedWithError",
        // A reopened transaction has left this job behind.
        Stage::Replaced | Stage::MappingExpired | Stage::Expired => "Expired",
    };
    let counts = transaction.counts();
    let data = json!({
        "resourceId": job.to_string(),
        "status": status,
        "newUserCount": counts.new,
        "existingUserCount": counts.existing,
        "invalidUserCount": counts.invalid,
        "totalRowCount": transaction.table.len(),
    });
    if call.core.settings.pace == Pace::Polled {
        jobs::step(world, &call.core.settings, Work::Mapping(id));
    }
    Ok(Reply::data(data))
}

/// Moves a mapping by so many rows; true while there is more to do.
pub(crate) fn advance(world: &mut World, id: ResourceId, rules: &Rules) -> bool {
    let Some(transaction) = world.transactions.get_mut(&id) else {
        return false;
    };
    let table = Arc::clone(&transaction.table);
    let company = &world.companies[transaction.company];
    let (Stage::Queued | Stage::Running, Some(mapping)) =
        (transaction.stage, &mut transaction.mapping)
    else {
        return false;
    };
    if let Some(fault) = mapping.fault {
        // The job is seen running before it goes wrong.
        transaction.stage = match (transaction.stage, fault) {
            (Stage::Running, MappingFault::Fails) => Stage::MappingFailed,
            (Stage::Running, MappingFault::Expires) => Stage::MappingExpired,
            _ => Stage::Running,
        };
        return transaction.stage == Stage::Running && fault != MappingFault::Sticks;
    }
    let start = mapping.statuses.len();
    let end = table.len().min(start + jobs::rows_per_step(table.len()));
    for row in start..end {
        judge(mapping, &table, row, company, rules);
    }
    let finished = end == table.len();
    transaction.stage = if finished {
        Stage::Mapped
    } else {
        Stage::Running
    };
    if finished {
        mapping.seen = HashSet::new();
    }
    !finished
}

fn judge(mapping: &mut Mapping, table: &Table, row: usize, company: &Company, rules: &Rules) {
    let mut faults = rows::faults(&mapping.columns, table, row, company, rules);
    let email = mapping
        .columns
        .value(table, row, Field::Email)
        .to_lowercase();
    if !email.is_empty() && !mapping.seen.insert(email.clone()) {
        faults.push(rows::fault(
            "Email",
            "This e-mail address stands further up in the file already",
        ));
    }
    let status = if !faults.is_empty() {
        mapping.details.insert(row, faults);
        RowStatus::Error
    } else {
        match company.people.find_email(&email) {
            None => RowStatus::New,
            Some(index) if company.people[index].scim => RowStatus::Scim,
            Some(_) => RowStatus::Exists,
        }
    };
    match status {
        RowStatus::Error => mapping.counts.invalid += 1,
        RowStatus::New => mapping.counts.new += 1,
        RowStatus::Exists | RowStatus::Scim => mapping.counts.existing += 1,
    }
    mapping.statuses.push(status);
}

fn columns(body: Fields<'_>, table: &Table, company: &Company) -> Result<Columns, Failure> {
    let mut columns = Columns::default();
    for item in body.list("fieldMappings")?.map_or(&[][..], Vec::as_slice) {
        let item = Fields::of(item, "an item of fieldMappings")?;
        let header = item.text("excelColumnName")?.unwrap_or_default();
        let name = item.text("fieldName")?.unwrap_or_default();
        let column = table.column(header).ok_or_else(|| {
            Failure::input(format!(
                "The file has no column {header:?}; its summary lists them"
            ))
        })?;
        let Some(field) = meaning(name, company)? else {
            continue;
        };
        if columns.has(field) {
            return Err(Failure::input(format!("Two columns are mapped to {name}")));
        }
        columns.add(field, column);
    }
    if !columns.has(Field::Email) {
        return Err(Failure::input("No column is mapped to Email"));
    }
    Ok(columns)
}

/// The field with this name, in either casing; `None` for the choices that mean no field.
fn meaning(name: &str, company: &Company) -> Result<Option<Field>, Failure> {
    Ok(Some(match name.to_ascii_lowercase().as_str() {
        "email" => Field::Email,
        "firstname" => Field::FirstName,
        "lastname" => Field::LastName,
        "phonenumber" => Field::PhoneNumber,
        "department" => Field::Department,
        "timezone" => Field::TimeZone,
        "priority" => Field::Priority,
        // The service's web client sends this one by its label.
        "preferred language" | "preferredlanguage" => Field::PreferredLanguage,
        "managerfirstname" => Field::ManagerFirstName,
        "managerlastname" => Field::ManagerLastName,
        "manageremail" => Field::ManagerEmail,
        "none selected" | "updatetime" => return Ok(None),
        _ => match company.custom_field(name) {
            Some(field) => Field::Custom(field.id),
            None => {
                return Err(Failure::input(format!(
                    "There is no field {name:?} to map a column to"
                )));
            }
        },
    }))
}
