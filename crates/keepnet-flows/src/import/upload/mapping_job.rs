//! The mapping job, in which the service sorts the rows of a file into new, existing and invalid ones.

use std::time::Duration;

use keepnet_client::types::{CreateTargetUserFieldMappingRequest, TargetUserFieldMapping};
use serde_json::Value;

use super::transfer::nothing_imported;
use crate::import::{Progress, Reporter, Stage};
use crate::lenient_json::{Record, resource_id};
use crate::polling::Polling;
use crate::{Company, Error, ErrorKind, Result};

/// How many rows of each kind the job has found so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct MappingCounts {
    pub(super) new: u64,
    pub(super) existing: u64,
    pub(super) invalid: u64,
    total: u64,
}

/// Creates the mapping job, and returns its id.
pub(super) async fn create_mapping_job(
    company: &Company,
    transaction: &str,
    columns: Vec<TargetUserFieldMapping>,
    groups: Vec<String>,
) -> Result<String> {
    let body = CreateTargetUserFieldMappingRequest::default()
        .field_mappings(columns)
        // The service requires the list even if it is empty.
        .target_group_resource_ids(groups)
        .transaction_id(transaction);
    let created = company.raw().create_target_user_mapping(&body).await?;
    resource_id(created).ok_or_else(|| {
        let problem = "the response to the mapping names no job";
        Error::new(ErrorKind::Protocol, problem)
    })
}

/// Polls the job, first at once and then at growing intervals, until it has ended.
pub(super) async fn watch_mapping_job(
    company: &Company,
    job: &str,
    stall_timeout: Duration,
    reporter: &Reporter,
) -> Result<MappingCounts> {
    let mut polling = Polling::new(company.raw().client(), stall_timeout);
    loop {
        let polled = company
            .raw()
            .get_target_user_mapping_job(job)
            .await
            .map_err(nothing_imported)?;
        let (status, counts) = parse(&Value::Object(polled.into_iter().collect()));
        let (done, total) = (counts.new + counts.existing + counts.invalid, counts.total);
        let progress = Progress::of(Stage::Mapping, done, total);
        reporter.report(progress).await;
        match status.to_ascii_lowercase().as_str() {
            "finished" => return Ok(counts),
            "finishedwitherror" => {
                let problem = "the service could not map the rows";
                return Err(Error::new(ErrorKind::JobFailed, problem)
                    .with_hint("nothing was imported; check the file and run it again"));
            }
            "expired" => {
                return Err(Error::new(ErrorKind::JobFailed, "the upload has expired")
                    .with_hint("nothing was imported; run it again"));
            }
            // The job is still running, also with an unknown status.
            _ => {}
        }
        let job = || format!("the mapping (at row {done} of {total})");
        let waited = polling.wait((status, counts), job).await;
        waited.map_err(nothing_imported)?;
    }
}

fn parse(job: &Value) -> (String, MappingCounts) {
    let Some(record) = Record::of(job) else {
        return Default::default();
    };
    let count = |name| record.count(name).unwrap_or_default();
    let counts = MappingCounts {
        new: count("newUserCount"),
        existing: count("existingUserCount"),
        invalid: count("invalidUserCount"),
        total: count("totalRowCount"),
    };
    (record.text("status").unwrap_or_default(), counts)
}
