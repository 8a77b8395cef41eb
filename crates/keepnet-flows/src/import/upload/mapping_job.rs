//! The mapping job: the service sorts the rows of a file into new, existing and invalid ones.

use std::time::Duration;

use keepnet_client::types::{CreateTargetUserFieldMappingRequest, TargetUserFieldMapping};
use serde_json::Value;

use super::prepare::nothing_imported;
use crate::company::Company;
use crate::error::{ErrorKind, Result};
use crate::import::operation::Reporter;
use crate::import::progress::{Progress, Stage};
use crate::lenient_json::{Record, path_id};
use crate::polling::Polling;
use keepnet_client::clock::humanize;

/// How many rows of a file are of which kind, so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sorted {
    pub(super) new: u64,
    pub(super) existing: u64,
    pub(super) invalid: u64,
    pub(super) total: u64,
}

/// Asks the service to sort the rows, and gives the id of its job.
pub(super) async fn create(
    company: &Company,
    doing: &str,
    transaction: &str,
    columns: Vec<TargetUserFieldMapping>,
    groups: Vec<String>,
) -> Result<String> {
    let body = CreateTargetUserFieldMappingRequest {
        field_mappings: Some(columns),
        // A list also where it is empty: the service wants one.
        target_group_resource_ids: Some(groups),
        transaction_id: Some(transaction.to_owned()),
    };
    let created = company.raw().create_target_user_mapping(&body);
    let created = created
        .await
        .map_err(|error| nothing_imported(company.failed(doing, error)))?;
    let answer = Value::Object(created.into_iter().collect());
    let id = Record::of(&answer).and_then(|record| record.text("resourceId"));
    path_id(id).ok_or_else(|| {
        company.error(
            ErrorKind::Protocol,
            doing,
            "the answer to the mapping names no job",
        )
    })
}

/// Looks at the job, at once and then at growing intervals, until it is done.
pub(super) async fn watch(
    company: &Company,
    doing: &str,
    job: &str,
    patience: Duration,
    reporter: &Reporter,
) -> Result<Sorted> {
    let mut polling = Polling::new(company.raw(), patience);
    loop {
        let seen = company.raw().get_target_user_mapping_job(job);
        let seen = seen
            .await
            .map_err(|error| nothing_imported(company.failed(doing, error)))?;
        let answer = Value::Object(seen.into_iter().collect());
        let (status, sorted) = read(&answer);
        let done = sorted.new + sorted.existing + sorted.invalid;
        reporter
            .say(Progress::of(Stage::Mapping, done, sorted.total))
            .await;
        match status.to_ascii_lowercase().as_str() {
            "finished" => return Ok(sorted),
            "finishedwitherror" => {
                return Err(company
                    .error(
                        ErrorKind::JobFailed,
                        doing,
                        "the service could not map the rows",
                    )
                    .with_hint("nothing was imported; check the file and run it again"));
            }
            "expired" => {
                return Err(company
                    .error(ErrorKind::NotFound, doing, "the upload has expired")
                    .with_hint("nothing was imported; run it again"));
            }
            // A status that is not known is of a job that goes on.
            _ => {}
        }
        if !polling.pause((status, sorted)).await {
            let problem = format!(
                "the mapping has stood still at {done} of {} rows for {}",
                sorted.total,
                humanize(polling.patience()),
            );
            return Err(company
                .error(ErrorKind::Timeout, doing, problem)
                .with_hint("nothing was imported; run it again"));
        }
    }
}

fn read(answer: &Value) -> (String, Sorted) {
    let Some(record) = Record::of(answer) else {
        return Default::default();
    };
    let count = |name| record.count(name).unwrap_or_default();
    let sorted = Sorted {
        new: count("newUserCount"),
        existing: count("existingUserCount"),
        invalid: count("invalidUserCount"),
        total: count("totalRowCount"),
    };
    (record.text("status").unwrap_or_default(), sorted)
}
