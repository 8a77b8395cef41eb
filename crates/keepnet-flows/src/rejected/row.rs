//! A row that was not accepted, by the check here or by the service.

use std::fmt;
use std::sync::Arc;

use keepnet_staff_list::{Checked, Field, Mapping, Rejected};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::lenient_json::Record;

/// A problem with a row; a row may have several.
///
/// Displayed as `people.xlsx, row 14, column C "Mail": not an e-mail address`. The content of the
/// cell is never part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct RejectedRow {
    /// The file's name.
    #[serde(skip)]
    pub file: Arc<str>,
    /// The row as a spreadsheet numbers it; null where the service names a row that cannot be found
    /// again in the file.
    pub row: Option<u32>,
    /// The header of the column; null where the problem is of no one column.
    pub column: Option<String>,
    /// The letter of the column.
    pub letter: Option<String>,
    /// The field that the column fills.
    pub field: Option<Field>,
    /// What is wrong.
    pub message: String,
}

impl RejectedRow {
    pub(crate) fn of_service(
        file: &Arc<str>,
        row: Option<u32>,
        field_name: Option<&str>,
        message: &str,
        mapping: &Mapping,
    ) -> RejectedRow {
        let field = field_name.and_then(|name| field_named(name, mapping));
        let column = field.as_ref().and_then(|field| mapping.column_of(field));
        let message = keepnet_client::redact(message);
        RejectedRow {
            file: Arc::clone(file),
            row,
            column: column.map(|column| column.column().to_owned()),
            letter: column.map(|column| column.letter().to_owned()),
            field,
            message: match message.is_empty() {
                true => "the service does not accept this row".to_owned(),
                false => message,
            },
        }
    }
}

/// What a row was rejected for, before anything was sent.
pub(crate) fn of_check(checked: &Checked) -> impl Iterator<Item = RejectedRow> + '_ {
    checked.rejected().iter().map(RejectedRow::from)
}

impl From<&Rejected> for RejectedRow {
    fn from(rejected: &Rejected) -> RejectedRow {
        RejectedRow {
            file: rejected.file().into(),
            row: Some(rejected.row()),
            column: Some(rejected.column().to_owned()),
            letter: Some(rejected.letter().to_owned()),
            field: Some(rejected.field().clone()),
            message: rejected.reason().to_string(),
        }
    }
}

impl fmt::Display for RejectedRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        match self.row {
            Some(row) => write!(f, ", row {row}")?,
            None => f.write_str(", a row")?,
        }
        if let (Some(letter), Some(column)) = (&self.letter, &self.column) {
            write!(f, ", column {letter} {column:?}")?;
        }
        write!(f, ": {}", self.message)
    }
}

/// The field that the service means: it writes `email`, `FirstName` or the name of a custom field.
fn field_named(name: &str, mapping: &Mapping) -> Option<Field> {
    let mapped = mapping.columns().iter().map(|column| column.field());
    let by_name = mapped
        .into_iter()
        .find(|field| field.wire_name().eq_ignore_ascii_case(name.trim()));
    by_name.cloned().or_else(|| name.parse().ok())
}

/// Reads one item of a `validationDetail`: field and message.
pub(crate) fn problem(detail: &Value) -> Option<(Option<String>, String)> {
    match detail {
        Value::String(message) => Some((None, message.clone())),
        detail => {
            let record = Record::of(detail)?;
            let message = record.text("message").unwrap_or_default();
            Some((record.text("fieldName"), message))
        }
    }
}

/// Rows in their order, and those without a number behind them.
pub(crate) fn in_order(rejected: &mut [RejectedRow]) {
    rejected.sort_by_key(|problem| problem.row.unwrap_or(u32::MAX));
}
