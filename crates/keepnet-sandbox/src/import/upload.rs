//! Taking a file in, and telling what is in it.

use std::sync::Arc;

use http_body_util::BodyDataStream;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderMap};
use multer::{Constraints, Multipart, SizeLimit};
use serde_json::{Value, json};

use super::transaction_in_path;
use crate::envelope::{Answer, Failure, Reply};
use crate::reference::TIME_ZONES;
use crate::request::Call;
use crate::spreadsheet::{self, FileType, Table, Written};
use crate::state::{Stage, Transaction, World};

/// The name of the part that carries the file.
const PART: &str = "File";
/// Room for the boundaries and headers around the file.
const FRAMING: u64 = 64 * 1024;
/// So many rows are shown as a sample.
const SAMPLE: usize = 3;

/// Answers `POST /api/target-users/upload`.
pub(crate) async fn upload(call: &Call, headers: &HeaderMap, body: &mut Incoming) -> Answer {
    let (file_name, bytes) = receive(headers, body, call.rules().upload_limit).await?;
    let file_type = FileType::of(&file_name)
        .ok_or_else(|| Failure::input("Only .xlsx, .xls and .csv are read"))?;
    // Reading takes long for a large file, and a parser that panics must not take the server with
    // it.
    let read = tokio::task::spawn_blocking(move || spreadsheet::read(file_type, bytes)).await;
    let sheet = match read {
        Ok(Ok(sheet)) => sheet,
        Ok(Err(error)) => return Err(Failure::input(error.to_string())),
        Err(_) => return Err(Failure::input("The file could not be read")),
    };
    let mut world = call.core.world();
    world.counters.uploads += 1;
    let id = world.ids.next();
    let table = Arc::new(sheet.table);
    let answer = json!({
        "transactionId": id.to_string(),
        "rowCount": table.len(),
        "columnCount": table.headers().len(),
        "duplicateCount": table.duplicates(),
    });
    let transaction = Transaction {
        id,
        company: call.company,
        file_name,
        file_type,
        sheet_names: sheet.names,
        table,
        created: call.core.settings.clock.now(),
        stage: Stage::Uploaded,
        mapping: None,
        imports: Vec::new(),
    };
    world.transactions.insert(id, transaction);
    Ok(Reply::Data {
        data: answer,
        message: "The file was read",
    })
}

/// Answers `GET /api/target-users/upload/{transactionId}`.
pub(crate) fn upload_summary(world: &mut World, call: &Call) -> Answer {
    let transaction = &world.transactions[&transaction_in_path(world, call)?];
    let table = &transaction.table;
    let sample = (0..table.len().min(SAMPLE)).map(|row| sample_row(table, row));
    Ok(Reply::data(json!({
        "fileType": transaction.file_type.name(),
        "sheetNames": transaction.sheet_names,
        "fileFieldNames": table.headers(),
        "data": sample.collect::<Value>(),
    })))
}

/// Answers `PUT /api/target-users/{transactionId}/update`: the same file under a new id, ready to
/// be mapped again.
pub(crate) fn reopen(world: &mut World, call: &Call) -> Answer {
    let old = transaction_in_path(world, call)?;
    let id = world.ids.next();
    let now = call.core.settings.clock.now();
    let Some(transaction) = world.transactions.get_mut(&old) else {
        return Err(Failure::not_found("The transaction was not found"));
    };
    if transaction.stage == Stage::Imported {
        return Err(Failure::input(
            "The transaction was imported already; upload the file again",
        ));
    }
    transaction.stage = Stage::Replaced;
    let fresh = Transaction {
        id,
        company: transaction.company,
        file_name: transaction.file_name.clone(),
        file_type: transaction.file_type,
        sheet_names: transaction.sheet_names.clone(),
        table: Arc::clone(&transaction.table),
        created: now,
        stage: Stage::Uploaded,
        mapping: None,
        imports: Vec::new(),
    };
    world.transactions.insert(id, fresh);
    let data = json!({ "transactionId": id.to_string(), "oldTransactionId": old.to_string() });
    Ok(Reply::Data {
        data,
        message: "The file can be mapped again",
    })
}

/// Answers `POST /api/target-users/example-file`.
pub(crate) fn example_file(_: &mut World, call: &Call) -> Answer {
    let name = call.fields()?.text("exportType")?.unwrap_or_default();
    let format = call
        .dialect()
        .export_format(name)
        .ok_or_else(|| Failure::input("exportType is Excel or CSV"))?;
    let columns = [
        ("First Name", "Ada"),
        ("Last Name", "Sample"),
        ("Email Address", "ada.sample@company.example"),
        ("Phone Number", "+15550100000"),
        ("Department", "Sales"),
        ("Time Zone", "UTC"),
        ("Priority", "Medium"),
        ("Preferred Language", "en-US"),
    ];
    let zones = TIME_ZONES.iter().map(|zone| zone.id.to_owned());
    let file = Written {
        name: "Target Users",
        headers: columns
            .iter()
            .map(|(header, _)| (*header).to_owned())
            .collect(),
        rows: Box::new(std::iter::once(
            columns.map(|(_, sample)| sample.to_owned()).to_vec(),
        )),
        list: Some(("Time Zones", "Time Zone", zones.collect())),
    };
    spreadsheet::write(format, file)
}

/// Reads the file part; the body is not read further than the limit.
async fn receive(
    headers: &HeaderMap,
    body: &mut Incoming,
    limit: u64,
) -> Result<(String, Vec<u8>), Failure> {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let boundary = multer::parse_boundary(content_type)
        .map_err(|_| Failure::unsupported_media_type("Send the file as multipart/form-data"))?;
    let sizes = SizeLimit::new()
        .whole_stream(limit.saturating_add(FRAMING))
        .for_field(PART, limit);
    let constraints = Constraints::new().size_limit(sizes);
    let mut parts = Multipart::with_constraints(BodyDataStream::new(body), boundary, constraints);
    while let Some(mut part) = parts
        .next_field()
        .await
        .map_err(|error| refusal(&error, limit))?
    {
        if part.name() != Some(PART) {
            continue;
        }
        let file_name = part.file_name().unwrap_or_default().to_owned();
        let mut bytes = Vec::new();
        while let Some(chunk) = part.chunk().await.map_err(|error| refusal(&error, limit))? {
            bytes.extend_from_slice(&chunk);
        }
        return Ok((file_name, bytes));
    }
    Err(Failure::input(format!(
        "The form has no part {PART} with a file"
    )))
}

fn refusal(error: &multer::Error, limit: u64) -> Failure {
    match error {
        multer::Error::FieldSizeExceeded { .. } | multer::Error::StreamSizeExceeded { .. } => {
            Failure::too_large(limit)
        }
        _ => Failure::input("The multipart body ended early or is malformed"),
    }
}

fn sample_row(table: &Table, row: usize) -> Value {
    (0..table.headers().len())
        .map(|column| Value::from(table.cell(row, column)))
        .collect()
}
