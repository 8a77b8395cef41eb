//! What the service reports about a row that it does not accept.

use std::sync::Arc;

use keepnet_staff_list::{Field, Mapping, ProblemKind, RowProblem};
use serde_json::Value;

use crate::lenient_json::Record;

/// A problem that the service reports about a row.
pub(crate) fn service_problem(
    file: &Arc<str>,
    row: Option<u32>,
    field_name: Option<&str>,
    message: &str,
    mapping: &Mapping,
) -> RowProblem {
    let message = keepnet_client::redact(message);
    let kind = ProblemKind::Other(match message.is_empty() {
        true => "the service does not accept this row".to_owned(),
        false => message,
    });
    let problem = RowProblem::new(Arc::clone(file), row, kind);
    let field = field_name.and_then(|name| field_named(name, mapping));
    match field.as_ref().and_then(|field| mapping.column_of(field)) {
        Some(column) => problem.in_column(column),
        None => {
            let mut problem = problem;
            problem.field = field;
            problem
        }
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
pub(crate) fn in_order(rejected: &mut [RowProblem]) {
    rejected.sort_by_key(|problem| problem.row.unwrap_or(u32::MAX));
}
