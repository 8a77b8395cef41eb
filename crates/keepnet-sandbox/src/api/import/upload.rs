//! Uploading a file, its summary, and reopening it for another mapping.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::BodyDataStream;
use hyper::StatusCode;
use hyper::header::{CONTENT_TYPE, HeaderMap};
use multer::{Constraints, Multipart, SizeLimit};
use serde_json::{Value, json};

use super::transactions::find_transaction_of_path;
use crate::api::export::{ExportFile, ExportRequest, ListSheet};
use crate::call::Call;
use crate::http::{ApiError, HandlerResult, Reply, RequestBody, header};
use crate::reference::REFERENCE;
use crate::spreadsheet::{self, FileType};
use crate::state::{Stage, State, Transaction, UploadedFile};

/// The name of the part that contains the file.
const PART: &str = "File";
/// The most that boundaries and headers add to the file, in bytes.
const MAX_FRAMING: u64 = 64 * 1024;
/// How many rows the summary shows.
const SAMPLE_ROWS: usize = 3;

/// Handles `POST /api/target-users/upload`.
pub(crate) async fn upload(
    call: &Call,
    headers: &HeaderMap,
    body: &mut RequestBody,
) -> HandlerResult {
    let (name, bytes) = read_file(headers, body, call.rules().upload_limit).await?;
    let file_type = FileType::from_name(&name)
        .ok_or_else(|| ApiError::input("The file must be an .xlsx, .xls or .csv"))?;
    // A large file takes long, and a panic of a parser must not end the connection task.
    let read = tokio::task::spawn_blocking(move || spreadsheet::read(file_type, &bytes)).await;
    let sheet = match read {
        Ok(Ok(sheet)) => sheet,
        Ok(Err(error)) => return Err(ApiError::input(error.to_string())),
        Err(_) => return Err(ApiError::input("The file could not be read")),
    };
    let mut state = call.core.state();
    state.counters.uploads += 1;
    let id = state.ids.next();
    let table = &sheet.table;
    let data = json!({
        "transactionId": id.to_string(),
        "rowCount": table.len(),
        "columnCount": table.headers().len(),
        "duplicateCount": table.duplicates(),
    });
    let file = UploadedFile {
        name,
        file_type,
        sheet_names: sheet.names,
        table: sheet.table,
    };
    let transaction = Transaction::new(id, call.company, Arc::new(file), call.now());
    state.transactions.insert(id, transaction);
    Ok(Reply::message("The file was uploaded", data))
}

/// Handles `GET /api/target-users/upload/{transactionId}`.
pub(crate) fn upload_summary(state: &mut State, call: &Call) -> HandlerResult {
    let file = &find_transaction_of_path(state, call)?.file;
    let table = &file.table;
    let sample = (0..table.len().min(SAMPLE_ROWS)).map(|row| -> Value {
        let cells = (0..table.headers().len()).map(|column| table.cell(row, column));
        cells.collect()
    });
    Ok(Reply::data(json!({
        "fileType": file.file_type.name(),
        "sheetNames": file.sheet_names,
        "fileFieldNames": table.headers(),
        "data": sample.collect::<Value>(),
    })))
}

/// Handles `PUT /api/target-users/{transactionId}/update`: the same file gets a new transaction id
/// and can be mapped again.
pub(crate) fn reopen(state: &mut State, call: &Call) -> HandlerResult {
    let transaction = find_transaction_of_path(state, call)?;
    if transaction.stage == Stage::Imported {
        return Err(ApiError::input(
            "The transaction is already imported; upload the file again",
        ));
    }
    transaction.stage = Stage::Replaced;
    let (old, file) = (transaction.id, Arc::clone(&transaction.file));
    let id = state.ids.next();
    let fresh = Transaction::new(id, call.company, file, call.now());
    state.transactions.insert(id, fresh);
    let data = json!({ "transactionId": id.to_string(), "oldTransactionId": old.to_string() });
    Ok(Reply::message("The file can be mapped again", data))
}

/// Handles `POST /api/target-users/example-file`. The second sheet lists the accepted time zones.
pub(crate) fn example_file(_: &mut State, call: &Call) -> HandlerResult {
    let (headers, sample): (Vec<_>, Vec<_>) = [
        ("First Name", "Ada"),
        ("Last Name", "Sample"),
        ("Email Address", "ada.sample@company.example"),
        ("Phone Number", "+15550100000"),
        ("Department", "Sales"),
        ("Time Zone", "UTC"),
        ("Priority", "Medium"),
        ("Preferred Language", "en-US"),
    ]
    .map(|(header, sample)| (header.to_owned(), sample.to_owned()))
    .into_iter()
    .unzip();
    let zones = REFERENCE.time_zones.iter().map(|zone| zone.id.clone());
    ExportRequest::parse(call)?.reply(ExportFile {
        sheet_name: "Target Users",
        headers,
        rows: Box::new(std::iter::once(sample)),
        list_sheet: Some(ListSheet {
            name: "Time Zones",
            header: "Time Zone",
            rows: zones.collect(),
        }),
    })
}

/// Reads the file part and its file name; stops reading at the limit.
async fn read_file(
    headers: &HeaderMap,
    body: &mut RequestBody,
    limit: u64,
) -> Result<(String, Bytes), ApiError> {
    let boundary = multer::parse_boundary(header(headers, CONTENT_TYPE.as_str()));
    let boundary = boundary.map_err(|_| {
        let message = "Send the file as multipart/form-data";
        ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message)
    })?;
    let sizes = SizeLimit::new()
        .whole_stream(limit.saturating_add(MAX_FRAMING))
        .for_field(PART, limit);
    let constraints = Constraints::new().size_limit(sizes);
    let mut parts = Multipart::with_constraints(BodyDataStream::new(body), boundary, constraints);
    let refuse = |error| match error {
        multer::Error::FieldSizeExceeded { .. } | multer::Error::StreamSizeExceeded { .. } => {
            ApiError::too_large(limit)
        }
        _ => ApiError::input("The multipart body ended early or is malformed"),
    };
    while let Some(part) = parts.next_field().await.map_err(refuse)? {
        if part.name() == Some(PART) {
            let name = part.file_name().unwrap_or_default().to_owned();
            return Ok((name, part.bytes().await.map_err(refuse)?));
        }
    }
    Err(ApiError::input(format!(
        "The form has no part {PART} with a file"
    )))
}
