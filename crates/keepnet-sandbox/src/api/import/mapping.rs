//! Mapping the columns of a file to fields, and the status of the mapping job.

use serde_json::json;

use super::background::{self, BackgroundJob};
use super::transactions::find_transaction;
use crate::api::groups;
use crate::call::Call;
use crate::http::{ApiError, HandlerResult, JsonObject, Reply};
use crate::spreadsheet::Table;
use crate::state::{Company, ImportField, MappedColumns, Mapping, Stage, State};

/// Handles `POST /api/target-users/create-mapping`.
pub(crate) fn create_mapping(state: &mut State, call: &Call) -> HandlerResult {
    let body = call.body()?;
    let transaction = find_transaction(state, call, body.text_or_empty("transactionId")?)?;
    let (id, file) = (transaction.id, transaction.file.clone());
    if transaction.stage != Stage::Uploaded {
        return Err(ApiError::input(
            "The transaction is already mapped; reopen it with its update operation",
        ));
    }
    let company = &state.companies[call.company];
    let columns = parse_columns(body, &file.table, company)?;
    let groups = groups::find_selected(body, company)?;
    let job = state.ids.next();
    let first_row = state.ids.block(file.table.len());
    state.counters.mappings += 1;
    if let Some(transaction) = state.transactions.get_mut(&id) {
        transaction.stage = Stage::MappingQueued;
        transaction.mapping = Some(Mapping {
            job,
            columns,
            groups,
            first_row,
            fault: call.effects.mapping,
            ..Mapping::default()
        });
    }
    background::spawn(&call.core, state, BackgroundJob::Mapping(id));
    Ok(Reply::id(job, "The mapping job was queued"))
}

/// Handles `GET /api/target-users/mapping-job/{resourceId}`.
pub(crate) fn mapping_job(state: &mut State, call: &Call) -> HandlerResult {
    let (job, transaction) = call.find("The mapping job", |job| {
        let mut transactions = state.transactions.values();
        let found = transactions.find(|transaction| {
            let mapping = transaction.mapping.as_ref();
            transaction.company == call.company
                && transaction.stage != Stage::Expired
                && mapping.is_some_and(|mapping| mapping.job == job)
        });
        Some((job, found?))
    })?;
    let id = transaction.id;
    let status = match transaction.stage {
        Stage::Uploaded | Stage::MappingQueued => "Idle",
        Stage::MappingRunning => "Running",
        Stage::Mapped | Stage::Imported => "Finished",
        Stage::MappingFailed => "FinishedWithError",
        // The job of a reopened transaction is no longer in use.
        Stage::Replaced | Stage::MappingExpired | Stage::Expired => "Expired",
    };
    let counts = transaction.counts();
    let data = json!({
        "resourceId": job.to_string(),
        "status": status,
        "newUserCount": counts.new,
        "existingUserCount": counts.existing,
        "invalidUserCount": counts.invalid,
        "totalRowCount": transaction.file.table.len(),
    });
    background::advance_polled(state, call, BackgroundJob::Mapping(id));
    Ok(Reply::data(data))
}

fn parse_columns(
    body: JsonObject<'_>,
    table: &Table,
    company: &Company,
) -> Result<MappedColumns, ApiError> {
    let mut columns = MappedColumns::default();
    for item in body.objects("fieldMappings")? {
        let item = item?;
        let header = item.text_or_empty("excelColumnName")?;
        let name = item.text_or_empty("fieldName")?;
        let column = table.column(header).ok_or_else(|| {
            ApiError::input(format!(
                "The file has no column {header:?}; the upload summary lists its columns"
            ))
        })?;
        let Some(field) = parse_field(name, company)? else {
            continue;
        };
        if columns.has(field) {
            return Err(ApiError::input(format!("Two columns are mapped to {name}")));
        }
        columns.add(field, column);
    }
    if !columns.has(ImportField::Email) {
        return Err(ApiError::input("No column is mapped to Email"));
    }
    Ok(columns)
}

/// The field with this name, in any case; `None` for the names that stand for no field.
fn parse_field(name: &str, company: &Company) -> Result<Option<ImportField>, ApiError> {
    if let Some(field) = ImportField::find_built_in(name) {
        return Ok(Some(field));
    }
    match name.to_ascii_lowercase().as_str() {
        // The web client sends the label of this field instead of its name.
        "preferred language" => Ok(Some(ImportField::PreferredLanguage)),
        // The web client offers and sends both of these for a column without a field.
        "none selected" | "updatetime" => Ok(None),
        _ => match company.custom_field_by_name(name) {
            Some(field) => Ok(Some(ImportField::Custom(field.id))),
            None => Err(ApiError::input(format!("There is no field {name:?}"))),
        },
    }
}
