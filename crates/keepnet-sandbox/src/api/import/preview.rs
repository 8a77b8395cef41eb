//! The preview: the rows of a mapped file before they are imported.

use serde_json::{Value, json};

use super::transactions::find_transaction_of_path;
use crate::api::export::{ExportFile, ExportRequest};
use crate::call::Call;
use crate::dialect::Dialect;
use crate::http::{ApiError, HandlerResult, Reply};
use crate::reference;
use crate::search::{FieldValue, Search, SearchFields};
use crate::state::{Company, ImportField, Mapping, Priority, State, Transaction};

/// The fields that are searched for the free text of a filter.
const FREE_TEXT: [&str; 5] = [
    "firstname",
    "lastname",
    "email",
    "phonenumber",
    "department",
];
/// The fields that an OR group may name. The service fails on all others, and its web client removes
/// them from the group.
const OR_GROUP_FIELDS: [&str; 8] = [
    "firstname",
    "lastname",
    "email",
    "phonenumber",
    "department",
    "managerfirstname",
    "managerlastname",
    "manageremail",
];

/// Handles `POST /api/target-users/{transactionId}/search`.
pub(crate) fn preview(state: &mut State, call: &Call) -> HandlerResult {
    let preview = Preview::new(state, call)?;
    let (search, found) = preview.search()?;
    let counts = preview.transaction.counts();
    let mut result = json!({
        "items": search.page_json(&found, |row| preview.row_json(*row)),
        "newUserCount": counts.new,
        "existingUserCount": counts.existing,
        "invalidUserCount": counts.invalid,
    });
    match call.dialect() {
        Dialect::Observed => Ok(Reply::data(result)),
        // The document declares the result as the whole body, without the envelope.
        Dialect::Documented => {
            result["status"] = json!("SUCCESS");
            result["message"] = json!("");
            Ok(Reply::Bare(result))
        }
    }
}

/// Handles `POST /api/target-users/{transactionId}/search/export`.
pub(crate) fn export_preview(state: &mut State, call: &Call) -> HandlerResult {
    let request = ExportRequest::parse(call)?;
    let preview = Preview::new(state, call)?;
    let (search, found) = preview.search()?;
    let rows = request.select(&search, &found).iter();
    let rows: Vec<_> = rows.map(|&row| preview.export_row(row)).collect();
    let headers = preview.transaction.file.table.headers().iter().cloned();
    request.reply(ExportFile {
        sheet_name: "Preview",
        headers: headers
            .chain(["Status".to_owned(), "Validation".to_owned()])
            .collect(),
        rows: Box::new(rows.into_iter()),
        list_sheet: None,
    })
}

/// A field that a preview can be filtered and sorted by.
#[derive(Clone, Copy)]
enum PreviewField {
    Cell(ImportField),
    Status,
    Created,
}

struct Preview<'s> {
    transaction: &'s Transaction,
    company: &'s Company,
    call: &'s Call,
}

impl<'s> Preview<'s> {
    fn new(state: &'s mut State, call: &'s Call) -> Result<Self, ApiError> {
        let id = find_transaction_of_path(state, call)?.id;
        Ok(Self {
            transaction: &state.transactions[&id],
            company: &state.companies[call.company],
            call,
        })
    }

    /// Parses the search of the body, and finds the rows that have been validated so far.
    fn search(&self) -> Result<(Search<PreviewField>, Vec<usize>), ApiError> {
        let fields = SearchFields {
            is_sortable: |name| {
                matches!(name, "status" | "createtime")
                    || ImportField::find_built_in(name).is_some()
            },
            fails_in_or_group: |name| !OR_GROUP_FIELDS.contains(&name),
            ..SearchFields::new(|name| self.find_field(name), &FREE_TEXT, self.call.rules())
        };
        let search = Search::parse(self.call.body()?, &fields)?;
        let found = self.transaction.mapping.as_ref().map(|mapping| {
            search.select(0..mapping.statuses.len(), |&row, field| {
                self.value(mapping, row, *field)
            })
        });
        Ok((search, found.unwrap_or_default()))
    }

    fn find_field(&self, name: &str) -> Option<PreviewField> {
        Some(match name {
            "status" => PreviewField::Status,
            "createtime" => PreviewField::Created,
            _ => PreviewField::Cell(match ImportField::find_built_in(name) {
                Some(field) => field,
                None => ImportField::Custom(self.company.custom_field_by_name(name)?.id),
            }),
        })
    }

    fn value(&self, mapping: &'s Mapping, row: usize, field: PreviewField) -> FieldValue<'s> {
        let status = mapping.statuses[row];
        let table = &self.transaction.file.table;
        match field {
            PreviewField::Status => FieldValue::Named {
                name: status.name(),
                code: status.code(),
            },
            PreviewField::Created => FieldValue::Time(self.transaction.created),
            PreviewField::Cell(field) => {
                let cell = mapping.columns.value(table, row, field);
                if field != ImportField::Priority {
                    return FieldValue::text(cell);
                }
                let priority = Priority::parse(cell).unwrap_or_default();
                FieldValue::Named {
                    name: priority.name(),
                    code: priority as i64,
                }
            }
        }
    }

    fn row_json(&self, row: usize) -> Value {
        let Some(mapping) = &self.transaction.mapping else {
            return Value::Null;
        };
        let table = &self.transaction.file.table;
        let value = |field| mapping.columns.value(table, row, field);
        let problems = mapping.problems(row).iter();
        let problems = problems
            .map(|problem| json!({ "fieldName": problem.field, "message": problem.message }));
        let mut json = json!({
            "resourceId": mapping.row_id(row).to_string(),
            "transactionId": self.transaction.id.to_string(),
            "email": value(ImportField::Email),
            "firstName": value(ImportField::FirstName),
            "lastName": value(ImportField::LastName),
            "department": value(ImportField::Department),
            "phoneNumber": value(ImportField::PhoneNumber),
            "priority": displayed_priority(value(ImportField::Priority)),
            "timeZone": displayed_time_zone(value(ImportField::TimeZone)),
            "preferredLanguage": value(ImportField::PreferredLanguage),
            "status": mapping.statuses[row].name(),
            "createTime": self.call.dialect().timestamp(self.transaction.created),
            "updateTime": null,
            "customFields": self.custom_fields(mapping, row),
            "validationDetail": problems.collect::<Value>(),
        });
        if self.call.dialect().has_undocumented_properties() {
            let first_name = value(ImportField::ManagerFirstName);
            let last_name = value(ImportField::ManagerLastName);
            json["managerFirstName"] = json!(first_name);
            json["managerLastName"] = json!(last_name);
            json["managerFullName"] = json!(format!("{first_name} {last_name}").trim());
            json["managerEmail"] = json!(value(ImportField::ManagerEmail));
        }
        json
    }

    /// The mapped custom fields of a row.
    fn custom_fields(&self, mapping: &Mapping, row: usize) -> Value {
        let table = &self.transaction.file.table;
        let fields = self.company.custom_fields.iter().filter_map(|field| {
            let column = ImportField::Custom(field.id);
            mapping.columns.has(column).then(|| {
                json!({
                    "resourceId": field.id.to_string(),
                    "name": field.name,
                    "dataType": field.data_type,
                    "value": mapping.columns.value(table, row, column),
                })
            })
        });
        fields.collect()
    }

    fn export_row(&self, row: usize) -> Vec<String> {
        let table = &self.transaction.file.table;
        let cells = (0..table.headers().len()).map(|column| table.cell(row, column).to_owned());
        let mapping = self.transaction.mapping.as_ref();
        let status = mapping.map_or("", |mapping| mapping.statuses[row].name());
        let problems = mapping.map_or(&[][..], |mapping| mapping.problems(row));
        let problems: Vec<String> = problems
            .iter()
            .map(|problem| format!("{}: {}", problem.field, problem.message))
            .collect();
        cells
            .chain([status.to_owned(), problems.join("; ")])
            .collect()
    }
}

/// A blank priority means Medium; an invalid one is shown unchanged.
fn displayed_priority(cell: &str) -> &str {
    match Priority::parse(cell) {
        Some(priority) => priority.name(),
        None if cell.is_empty() => Priority::Medium.name(),
        None => cell,
    }
}

fn displayed_time_zone(cell: &str) -> &str {
    reference::find_time_zone(cell).map_or(cell, |zone| &zone.display_name)
}
