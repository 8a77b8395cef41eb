//! Sending the file, and matching its columns with those that the service finds.

use keepnet_client::types::TargetUserFieldMapping;
use keepnet_client::{FilePart, Form};
use keepnet_staff_list::{Upload, header_key};

use crate::lenient_json::path_id;
use crate::{Company, Error, ErrorKind, Result};

/// Sends the file, and returns the upload transaction.
pub(super) async fn send_file(company: &Company, upload: &Upload) -> Result<String> {
    let part = FilePart::open(upload.path()).await.map_err(|error| {
        Error::new(ErrorKind::Io, "the file cannot be read any more").with_source(error)
    })?;
    let form = Form::new().file("File", part.named(upload.file_name()));
    let sent = company.raw().upload_target_users(form).await?;
    match (path_id(sent.transaction_id), sent.row_count) {
        (Some(id), Some(0)) => {
            let problem = "the service found no rows in the file";
            Err(Error::new(ErrorKind::Rejected, problem).with_transaction(&id))
        }
        (Some(id), _) => Ok(id),
        (None, _) => {
            let problem = "the response to the upload names no transaction";
            Err(Error::new(ErrorKind::Protocol, problem))
        }
    }
}

/// Opens the same file under a new transaction, which can be mapped again; `None` if the service does
/// not return one.
pub(super) async fn reopen(company: &Company, transaction: &str) -> Option<String> {
    let reopened = company.raw().reopen_target_user_upload(transaction).await;
    path_id(reopened.ok()?.transaction_id)
}

/// The mapped columns under the names that the service has found for them, because a mapping must give
/// exactly those.
pub(super) async fn mapped_columns(
    company: &Company,
    transaction: &str,
    upload: &Upload,
) -> Result<Vec<TargetUserFieldMapping>> {
    let summary = company.raw().get_target_user_upload(transaction).await?;
    let found = summary.file_field_names.unwrap_or_default();
    let columns = upload.columns().iter().map(|(name, field)| {
        let column = find_name(name, &found).ok_or_else(|| {
            let problem = format!("the service does not see the column {name:?} in the file");
            let hint = format!("it found {}", found.join(", "));
            Error::new(ErrorKind::Rejected, problem).with_hint(hint)
        })?;
        Ok(TargetUserFieldMapping::default()
            .excel_column_name(column)
            .field_name(field.wire_name()))
    });
    columns.collect()
}

/// The same name, or the only one that differs just in its spelling.
fn find_name<'a>(name: &'a str, found: &'a [String]) -> Option<&'a str> {
    if found.is_empty() || found.iter().any(|it| it == name) {
        return Some(name);
    }
    let key = header_key(name);
    let mut similar = found.iter().filter(|it| header_key(it) == key);
    match (similar.next(), similar.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

/// Adds the hint for a failed call before the confirmation: the import may be started again.
pub(crate) fn nothing_imported(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Unavailable | ErrorKind::Timeout | ErrorKind::Protocol => {
            error.with_hint("nothing was imported; run it again")
        }
        // A transaction expires after a time that the service does not document.
        ErrorKind::NotFound => {
            error.with_hint("the upload has expired; nothing was imported; run it again")
        }
        _ => error,
    }
}
