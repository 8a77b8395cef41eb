//! The request for the import of a transaction.

use keepnet_client::types::TmpTargetUserImportRequest;

use super::selected_rows::SelectedRows;
use crate::error::was_not_executed;
use crate::import::{ImportMode, Preview, nothing_imported};
use crate::lenient_json::resource_id;
use crate::{Error, ErrorKind, Result};

/// The outcome of the request.
pub(super) enum StartOutcome {
    /// The service has accepted the import; the response may name the job.
    Accepted(Option<String>),
    /// It is not known whether the service has accepted the import.
    Unknown(Error),
}

/// Requests the import. The document and the service's own web client use different words for a mode,
/// so both are tried: the service answers 400 to an unknown word, and does nothing. `selected` are the
/// rows of a mode whose rows may have to be listed.
pub(super) async fn submit(
    preview: &Preview,
    selected: Option<&SelectedRows>,
) -> Result<StartOutcome> {
    let words: &[&str] = match preview.mode() {
        ImportMode::All => &["All", "ImportAll"],
        ImportMode::New => &["OnlyNew"],
        ImportMode::Existing => &["OnlyUpdateExisting"],
        ImportMode::Selected => &[],
    };
    let words_for_rows: &[&str] = match selected {
        Some(_) => &["Selected", "ImportSelected"],
        None => &[],
    };
    let attempts = words.len() + words_for_rows.len();
    for (index, word) in words.iter().chain(words_for_rows).enumerate() {
        let rows = selected.filter(|_| index >= words.len());
        let mut body = TmpTargetUserImportRequest::default().import_type(*word);
        body.selected_resource_ids = rows.map(|rows| rows.ids.clone());
        let client = preview.company.raw();
        let call = client.import_target_users(&preview.transaction, &body);
        match call.optional().await {
            Ok(response) => {
                let job = response.and_then(resource_id);
                let job = job.filter(|id| *id != preview.transaction);
                return Ok(StartOutcome::Accepted(job));
            }
            Err(error) if error.status() == Some(400) && index + 1 < attempts => {}
            Err(error) if was_not_executed(&error) => return Err(nothing_imported(error)),
            // Another request could import the file twice.
            Err(error) => return Ok(StartOutcome::Unknown(error)),
        }
    }
    let problem = "the service does not know this kind of import";
    Err(Error::new(ErrorKind::Rejected, problem))
}
