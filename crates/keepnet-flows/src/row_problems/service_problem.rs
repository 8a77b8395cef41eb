//! A problem with a row in the terms of the service, and of the staff list.

use std::sync::Arc;

use keepnet_staff_list::{Field, Mapping, ProblemKind, RowProblem};
use serde_json::Value;

use super::personal_values::{personal_values, remove_values};
use crate::lenient_json::Record;

/// A problem that the service reports about a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServiceProblem {
    /// The service's name of the field.
    pub(crate) field: Option<String>,
    /// What is wrong, without the personal values of the row.
    pub(crate) message: String,
}

impl ServiceProblem {
    /// Reads the `validationDetail` of a row, which is a list, or JSON in a text. If there is none,
    /// `message` is the only problem.
    pub(crate) fn of_row(row: Option<Record<'_>>, message: Option<String>) -> Vec<ServiceProblem> {
        let details = match row.and_then(|row| row.get("validationDetail")) {
            Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_default(),
            Some(details) => details.clone(),
            None => Value::Null,
        };
        let details = details.as_array().into_iter().flatten();
        let mut problems: Vec<_> = details.filter_map(ServiceProblem::parse).collect();
        if problems.is_empty() {
            problems.push(ServiceProblem {
                field: None,
                message: message.unwrap_or_default(),
            });
        }
        let values = row.map(personal_values).unwrap_or_default();
        for problem in &mut problems {
            problem.message = remove_values(&problem.message, &values);
        }
        problems
    }

    fn parse(detail: &Value) -> Option<ServiceProblem> {
        let (field, message) = match detail {
            Value::String(message) => (None, message.clone()),
            detail => {
                let record = Record::of(detail)?;
                let message = record.text("message").unwrap_or_default();
                (record.text("fieldName"), message)
            }
        };
        Some(ServiceProblem { field, message })
    }

    /// The same problem in a row and a column of the staff list.
    pub(crate) fn in_file(
        &self,
        file: &Arc<str>,
        row: Option<u32>,
        mapping: &Mapping,
    ) -> RowProblem {
        let kind = ProblemKind::Other(match keepnet_client::redact(&self.message) {
            message if message.is_empty() => "the service does not accept this row".to_owned(),
            message => message,
        });
        let mut problem = RowProblem::new(Arc::clone(file), row, kind);
        problem.field = self.field(mapping);
        match problem.field.as_ref().and_then(|it| mapping.column_of(it)) {
            Some(column) => problem.in_column(column),
            None => problem,
        }
    }

    /// The service writes `email`, `FirstName` or the name of a custom field.
    fn field(&self, mapping: &Mapping) -> Option<Field> {
        let name = self.field.as_deref()?;
        let mut mapped = mapping.columns().iter().map(|column| column.field());
        let by_name = mapped.find(|field| field.wire_name().eq_ignore_ascii_case(name.trim()));
        by_name.cloned().or_else(|| name.parse().ok())
    }
}

/// Sorts problems by row; those without a row come last.
pub(crate) fn sort_by_row(problems: &mut [RowProblem]) {
    problems.sort_by_key(|problem| problem.row.unwrap_or(u32::MAX));
}
