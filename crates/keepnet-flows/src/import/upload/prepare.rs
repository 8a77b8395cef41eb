//! The steps from the file to the preview, one by one.

use std::path::PathBuf;

use keepnet_client::types::TargetUserFieldMapping;
use keepnet_client::{FilePart, Form};
use keepnet_staff_list::{
    AllowedValues, Mapper, Mapping, RowProblem, Sheet, SheetError, Upload, Validation, header_key,
};

use crate::allowed_values;
use crate::company::Company;
use crate::error::{Error, ErrorKind, Result};
use crate::import::digest;
use crate::import::row_numbers::RowNumbers;
use crate::lenient_json::path_id;

/// A file that is ready to be sent.
pub(in crate::import) struct Prepared {
    pub(in crate::import) checked: Validation,
    pub(in crate::import) upload: Upload,
    pub(in crate::import) sha256: String,
    pub(in crate::import) path: PathBuf,
    pub(in crate::import) worksheet: Option<String>,
}

/// How the columns are decided.
pub(in crate::import) enum Columns {
    By(Mapper),
    As(Mapping),
}

impl Columns {
    fn of(
        self,
        sheet: &Sheet,
        vocabulary: &AllowedValues,
    ) -> std::result::Result<Mapping, SheetError> {
        match self {
            Columns::By(mapper) => mapper.allowed_values(vocabulary).map(sheet),
            Columns::As(mapping) => Ok(mapping),
        }
    }
}

/// Checks the rows and prepares the file, away from the threads that carry the network: a long list
/// takes a second.
pub(in crate::import) async fn prepare(
    company: &Company,
    doing: &str,
    sheet: Sheet,
    columns: Columns,
) -> Result<Prepared> {
    let unusable = |error: SheetError, first: Option<&RowProblem>| {
        let unusable = company
            .error(
                ErrorKind::Sheet,
                "reading the staff list",
                error.to_string(),
            )
            .with_source(error);
        match first {
            Some(first) => unusable.with_hint(format!("the first is {first}")),
            None => unusable,
        }
    };
    let vocabulary = allowed_values::of(company, doing).await;
    let vocabulary = vocabulary.map_err(nothing_imported)?;
    let mapping = match columns.of(&sheet, &vocabulary) {
        Ok(mapping) => mapping,
        Err(error) => return Err(unusable(error, None)),
    };
    let vocabulary = allowed_values::complete(vocabulary, company, doing, &mapping).await;
    let vocabulary = vocabulary.map_err(nothing_imported)?;
    let prepared = tokio::task::spawn_blocking(move || {
        let sha256 = digest::of_file(sheet.path()).map_err(|source| SheetError::Unreadable {
            file: sheet.file_name().to_owned(),
            source,
        })?;
        let checked = sheet.validate_against(&mapping, &vocabulary)?;
        let upload = checked.prepare_upload(&sheet);
        Ok::<_, SheetError>((checked, upload, sha256, sheet))
    });
    match prepared.await {
        Ok(Ok((checked, Ok(upload), sha256, sheet))) => Ok(Prepared {
            checked,
            upload,
            sha256,
            path: sheet.path().to_owned(),
            worksheet: sheet.worksheet().map(str::to_owned),
        }),
        Ok(Ok((checked, Err(error), ..))) => Err(unusable(error, checked.problems().first())),
        Ok(Err(error)) => Err(unusable(error, None)),
        Err(error) => Err(company
            .error(ErrorKind::Io, doing, "the check of the file was broken off")
            .with_source(error)),
    }
}

/// The rows of the people who were selected. Nobody is left out unnoticed: each address that was
/// asked for must be that of a valid row.
pub(in crate::import) fn selected(
    company: &Company,
    doing: &str,
    emails: &[String],
    checked: &Validation,
) -> Result<RowNumbers> {
    let rows: Vec<u32> = emails
        .iter()
        .filter_map(|email| checked.row_of(email))
        .collect();
    let missing = emails.len() - rows.len();
    match (emails.len(), missing) {
        (0, _) => Err(company
            .error(ErrorKind::Invalid, doing, "nobody was selected")
            .with_hint("give the e-mail address of each person to import")),
        (_, 0) => Ok(rows.into_iter().collect()),
        (given, missing) => {
            let problem =
                format!("{missing} of the {given} selected e-mail addresses are in no valid row");
            Err(company
                .error(ErrorKind::Invalid, doing, problem)
                .with_hint("correct the addresses, or the rows that were rejected"))
        }
    }
}

pub(in crate::import) async fn send(
    company: &Company,
    doing: &str,
    upload: &Upload,
) -> Result<String> {
    let unreadable = |error: std::io::Error| {
        company
            .error(ErrorKind::Io, doing, "the file cannot be read any more")
            .with_source(error)
    };
    let part = FilePart::open(upload.path()).await.map_err(unreadable)?;
    let form = Form::new().file("File", part.named(upload.file_name()));
    let sent = company.raw().upload_target_users(form).await;
    let sent = sent.map_err(|error| nothing_imported(company.failed(doing, error)))?;
    match (path_id(sent.transaction_id), sent.row_count) {
        (Some(id), Some(0)) => Err(company
            .error(
                ErrorKind::Rejected,
                doing,
                "the service found no rows in the file",
            )
            .with_transaction(&id)),
        (Some(id), _) => Ok(id),
        (None, _) => Err(company.error(
            ErrorKind::Protocol,
            doing,
            "the answer to the upload names no transaction",
        )),
    }
}

/// The same file under a new transaction, which can be mapped once more; `None` where the service
/// does not give one.
pub(in crate::import) async fn reopen(company: &Company, transaction: &str) -> Option<String> {
    let reopened = company.raw().reopen_target_user_upload(transaction);
    path_id(reopened.await.ok()?.transaction_id)
}

/// Up to the confirmation a call may simply be made again.
pub(in crate::import) fn nothing_imported(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Unavailable | ErrorKind::Timeout | ErrorKind::Protocol => {
            error.with_hint("nothing was imported; run it again")
        }
        // The service forgets a transaction after a time that nobody states.
        ErrorKind::NotFound => {
            error.with_hint("the upload has expired; nothing was imported; run it again")
        }
        _ => error,
    }
}

/// Our columns under the names that the service found for them: a mapping must give those exactly.
pub(in crate::import) async fn columns(
    company: &Company,
    doing: &str,
    transaction: &str,
    upload: &Upload,
) -> Result<Vec<TargetUserFieldMapping>> {
    let summary = company.raw().get_target_user_upload(transaction);
    let summary = summary
        .await
        .map_err(|error| nothing_imported(company.failed(doing, error)))?;
    let detected = summary.file_field_names.unwrap_or_default();
    let mut columns = Vec::with_capacity(upload.columns().len());
    for (name, field) in upload.columns() {
        let column = detected_name(name, &detected).ok_or_else(|| {
            let problem = format!("the service does not see the column {name:?} in the file");
            let found = format!("it found {}", detected.join(", "));
            company
                .error(ErrorKind::Rejected, doing, problem)
                .with_hint(found)
        })?;
        columns.push(TargetUserFieldMapping {
            excel_column_name: Some(column.to_owned()),
            field_name: Some(field.wire_name().to_owned()),
        });
    }
    Ok(columns)
}

/// What the service calls this column: the same, or the same but for its spelling.
fn detected_name<'a>(name: &'a str, detected: &'a [String]) -> Option<&'a str> {
    if detected.is_empty() || detected.iter().any(|found| found == name) {
        return Some(name);
    }
    let key = header_key(name);
    let mut alike = detected.iter().filter(|found| header_key(found) == key);
    match (alike.next(), alike.next()) {
        (Some(found), None) => Some(found),
        _ => None,
    }
}
