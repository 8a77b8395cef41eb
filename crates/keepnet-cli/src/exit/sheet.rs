//! The exit code and the hint of a staff list that cannot be used.

use keepnet_flows::SheetError;

use super::status::ExitStatus;

/// It is a usage error if other arguments can help, and a failure if the file must change.
pub(super) fn sheet_status(error: &SheetError) -> ExitStatus {
    match error {
        SheetError::Missing { .. }
        | SheetError::Directory { .. }
        | SheetError::UnknownEncoding { .. }
        | SheetError::MarkedEncoding { .. }
        | SheetError::UnknownHeaderRow { .. }
        | SheetError::UnknownWorksheet { .. }
        | SheetError::AmbiguousWorksheet { .. }
        | SheetError::NoEmailColumn { .. }
        | SheetError::AmbiguousColumn { .. }
        | SheetError::UnknownColumn { .. }
        | SheetError::AmbiguousHeader { .. }
        | SheetError::UnknownCustomField { .. }
        | SheetError::MissingRequiredField { .. }
        | SheetError::BadMapArgument { .. } => ExitStatus::Usage,
        _ => ExitStatus::Failed,
    }
}

/// The option or command that helps; the library's message names neither.
pub(super) fn sheet_hint(error: &SheetError) -> Option<String> {
    let hint: &str = match error {
        SheetError::UnknownEncoding { .. } => "say which with --encoding NAME",
        SheetError::NoHeaders { .. } | SheetError::BlankHeaders { .. } => {
            "name the row of the headers with --header-row ROW"
        }
        SheetError::AmbiguousWorksheet { .. } => "choose the worksheet with --sheet NAME",
        SheetError::NothingToUpload { .. } => "`keepnet users check` lists the invalid rows",
        SheetError::NoEmailColumn { .. } => "name the column with --map 'COLUMN=Email'",
        SheetError::MissingRequiredField { field, .. } => {
            &format!("name the column with --map 'COLUMN=custom:{field}'")
        }
        SheetError::AmbiguousColumn { letter, field, .. } => {
            &format!("choose one column with --map '{letter}={field}'")
        }
        _ => return None,
    };
    Some(hint.to_owned())
}
