//! The request for the import of a transaction.

use keepnet_client::types::TmpTargetUserImportRequest;

use super::selected_rows::SelectedRows;
use crate::import::{ImportMode, ImportWords, Preview, nothing_imported};
use crate::lenient_json::resource_id;
use crate::{Error, ErrorKind, Result};

/// The outcome of the request.
pub(super) enum StartOutcome {
    /// The service has accepted the import; the response may name the job.
    Accepted(Option<String>),
    /// It is not known whether the service has accepted the import.
    Unknown(Error),
}

/// The words for a mode, in the order in which they are sent.
struct Words {
    /// For a mode that the service selects the rows of.
    modes: &'static [&'static str],
    /// For rows that are listed.
    rows: &'static str,
}

fn words(mode: ImportMode, words: ImportWords) -> Words {
    let modes: &[&str] = match (mode, words) {
        (ImportMode::All, ImportWords::WebClient) => &["ImportAll"],
        (ImportMode::All, ImportWords::Document) => &["All"],
        (ImportMode::New, ImportWords::WebClient) => &["OnlyNew"],
        (ImportMode::Existing, ImportWords::WebClient) => &["OnlyUpdateExisting"],
        (ImportMode::Selected, _) | (_, ImportWords::Document) => &[],
    };
    Words {
        modes,
        rows: match words {
            ImportWords::WebClient => "ImportSelected",
            ImportWords::Document => "Selected",
        },
    }
}

/// Requests the import. `selected` are the rows of a mode whose rows may have to be listed.
///
/// The document and the service's own web client use different words for a mode. Those of the web client
/// are sent first, because no client is known to send the others. The words of the document follow only
/// if the service refuses the first with 400 and names the mode as the reason: a service that takes an
/// unknown word for that of all rows must not get one with a few rows. Which words the service knows is
/// kept for the next import.
pub(super) async fn submit(
    preview: &mut Preview,
    selected: Option<&SelectedRows>,
) -> Result<StartOutcome> {
    let known = preview.company.import_words().clone();
    let refused = match send_words(preview, preview.journal.ticket.import_words, selected).await {
        Ok(outcome) => return Ok(outcome),
        Err(error) if may_know_others(&error, preview) => error,
        Err(error) => return Err(not_accepted(error)),
    };
    preview.journal.ticket.import_words = ImportWords::Document;
    // A resumed import starts with these words.
    let step = preview.journal.ticket.step.clone();
    preview.journal.record(step).await?;
    match send_words(preview, ImportWords::Document, selected).await {
        Ok(outcome) => {
            if matches!(outcome, StartOutcome::Accepted(_)) {
                known.set(ImportWords::Document);
            }
            Ok(outcome)
        }
        // The first refusal says more, because the service may not know the second words.
        Err(error) if error.status() == Some(400) => Err(not_accepted(refused)),
        Err(error) => Err(not_accepted(error)),
    }
}

/// Adds the hint for a request that the service has certainly not executed.
fn not_accepted(error: Error) -> Error {
    match (error.kind(), error.hint()) {
        (ErrorKind::Invalid | ErrorKind::Rejected, None) => {
            error.with_hint("nothing was imported; run it again")
        }
        _ => nothing_imported(error),
    }
}

/// Whether the service may know the words of the document: it has refused the others, and not because of
/// something else.
fn may_know_others(refused: &Error, preview: &Preview) -> bool {
    let is_first = preview.journal.ticket.import_words == ImportWords::WebClient;
    let names_mode = refused.to_string().to_lowercase().contains("importtype");
    is_first && refused.status() == Some(400) && names_mode
}

/// Sends the words of one set. It is an error if the service certainly has not executed the request.
async fn send_words(
    preview: &Preview,
    set: ImportWords,
    selected: Option<&SelectedRows>,
) -> Result<StartOutcome> {
    let words = words(preview.mode(), set);
    let modes = words.modes.iter().map(|word| (*word, None));
    let rows = selected.map(|rows| (words.rows, Some(rows)));
    let mut refused = None;
    for (word, rows) in modes.chain(rows) {
        let mut body = TmpTargetUserImportRequest::default().import_type(word);
        body.selected_resource_ids = rows.map(|rows: &SelectedRows| rows.ids.clone());
        let client = preview.company.raw();
        let call = client.import_target_users(&preview.transaction, &body);
        match call.optional().await {
            Ok(response) => {
                let job = response.and_then(resource_id);
                let job = job.filter(|id| *id != preview.transaction);
                return Ok(StartOutcome::Accepted(job));
            }
            Err(error) if error.status() == Some(400) => refused = refused.or(Some(error)),
            Err(error) if !error.may_have_acted() => return Err(error),
            // Another request could import the file twice.
            Err(error) => return Ok(StartOutcome::Unknown(error)),
        }
    }
    let problem = "the service does not know this kind of import";
    Err(refused.unwrap_or_else(|| Error::new(ErrorKind::Rejected, problem)))
}
