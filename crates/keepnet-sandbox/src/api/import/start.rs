//! Starting the import of a mapped file.

use serde_json::json;

use super::background::{self, BackgroundJob};
use super::transactions::find_transaction_of_path;
use crate::call::Call;
use crate::dialect::{Dialect, ImportMode};
use crate::http::{ApiError, HandlerResult, Reply};
use crate::state::{ImportJob, Mapping, RowFailure, RowStatus, Stage, State};

/// Handles `POST /api/target-users/{transactionId}/import`. The response is sent before the job runs.
pub(crate) fn start(state: &mut State, call: &Call) -> HandlerResult {
    let transaction = find_transaction_of_path(state, call)?;
    let body = call.body()?;
    let mode = parse_mode(call.dialect(), body.text_or_empty("importType")?)?;
    let selected = body.texts("selectedResourceIds")?;
    let mapping = match (transaction.stage, &transaction.mapping) {
        (Stage::Imported, _) if call.rules().reject_second_import => {
            return Err(ApiError::input("The transaction is already imported"));
        }
        (Stage::Mapped | Stage::Imported, Some(mapping)) => mapping,
        _ => {
            return Err(ApiError::input(
                "The transaction is not mapped yet; wait for its mapping job",
            ));
        }
    };
    let (queue, failures) = select_rows(mode, mapping, &selected)?;
    let is_new = |row: &&usize| mapping.statuses[**row] == RowStatus::New;
    let new = queue.iter().filter(is_new).count();
    let transaction_id = transaction.id;
    if call.rules().refuse_beyond_license && !state.companies[call.company].has_seats_for(new) {
        return Err(ApiError::beyond_license());
    }
    let job = state.ids.next();
    if let Some(transaction) = state.transactions.get_mut(&transaction_id) {
        transaction.stage = Stage::Imported;
        transaction.imports.push(job);
    }
    state.counters.imports += 1;
    state.jobs.push(ImportJob {
        id: job,
        number: state.jobs.len() + 1,
        company: call.company,
        transaction: transaction_id,
        created: call.now(),
        queue,
        failures,
        fault: call.effects.import,
        ..ImportJob::default()
    });
    background::spawn(&call.core, state, BackgroundJob::Import(job));
    let data = if call.rules().import_returns_job_id {
        json!({ "resourceId": job.to_string() })
    } else {
        json!({})
    };
    Ok(Reply::message("The import was started", data))
}

fn parse_mode(dialect: Dialect, name: &str) -> Result<ImportMode, ApiError> {
    let choices = match dialect {
        Dialect::Documented => "All or Selected",
        Dialect::Observed => "ImportAll, ImportSelected, OnlyNew or OnlyUpdateExisting",
    };
    dialect
        .import_mode(name)
        .ok_or_else(|| ApiError::input(format!("importType is {choices}")))
}

/// The rows that an import takes, and the invalid rows that it leaves out and reports.
fn select_rows(
    mode: ImportMode,
    mapping: &Mapping,
    selected: &[&str],
) -> Result<(Vec<usize>, Vec<RowFailure>), ApiError> {
    let has_status = |status| {
        let rows = 0..mapping.statuses.len();
        rows.filter(|&row| mapping.statuses[row] == status)
            .collect()
    };
    let mut rows: Vec<usize> = match mode {
        ImportMode::All => (0..mapping.statuses.len()).collect(),
        ImportMode::OnlyNew => has_status(RowStatus::New),
        ImportMode::OnlyExisting => has_status(RowStatus::Exists),
        ImportMode::Selected if selected.is_empty() => {
            return Err(ApiError::input(
                "selectedResourceIds must name at least one row",
            ));
        }
        ImportMode::Selected => {
            let find = |id: &&str| mapping.find_row(id.parse().ok()?);
            let rows: Option<Vec<_>> = selected.iter().map(find).collect();
            rows.ok_or_else(|| {
                ApiError::input("selectedResourceIds has an id that no row of the preview has")
            })?
        }
    };
    rows.sort_unstable();
    rows.dedup();
    let (invalid, valid): (Vec<_>, Vec<_>) = rows
        .into_iter()
        .partition(|&row| mapping.statuses[row] == RowStatus::Error);
    let failures = invalid.into_iter().map(|row| RowFailure {
        row,
        status: RowStatus::Error,
        problems: mapping.problems(row).to_vec(),
    });
    Ok((valid, failures.collect()))
}
