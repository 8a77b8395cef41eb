//! The preview: the rows of a mapped file before they are imported.

use serde_json::{Value, json};

use super::transactions::find_transaction_of_path;
use crate::api::export::{ExportFile, ExportRequest};
use crate::api::target_users::{FREE_TEXT, add_manager};
use crate::call::Call;
use crate::dialect::Dialect;
use crate::http::{ApiError, HandlerResult, Reply};
use crate::reference;
use crate::search::{FieldValue, Search, SearchFields};
use crate::state::{
    Company, ImportField, Manager, Mapping, Priority, RowStatus, State, Transaction,
};

/// Handles `POST /api/target-users/{transactionId}/search`.
pub(crate) fn preview(state: &mut State, call: &Call) -> HandlerResult {
    let (transaction, company) = find_preview(state, call)?;
    let (search, found) = search_rows(transaction, company, call)?;
    let counts = transaction.counts();
    let mut result = json!({
        "items": search.page_json(&found, |row| row.to_json(company, call.dialect())),
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
    let (transaction, company) = find_preview(state, call)?;
    let (search, found) = search_rows(transaction, company, call)?;
    let rows = request.select(&search, &found).iter();
    let rows: Vec<_> = rows.map(PreviewRow::export_row).collect();
    let headers = transaction.file.table.headers().iter().cloned();
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

/// A row that has been validated.
#[derive(Clone, Copy)]
struct PreviewRow<'s> {
    transaction: &'s Transaction,
    mapping: &'s Mapping,
    row: usize,
}

fn find_preview<'s>(
    state: &'s mut State,
    call: &Call,
) -> Result<(&'s Transaction, &'s Company), ApiError> {
    let id = find_transaction_of_path(state, call)?.id;
    Ok((&state.transactions[&id], &state.companies[call.company]))
}

/// Parses the search of the body, and finds the rows in order.
fn search_rows<'s>(
    transaction: &'s Transaction,
    company: &Company,
    call: &Call,
) -> Result<(Search<PreviewField>, Vec<PreviewRow<'s>>), ApiError> {
    let find = |name: &str| {
        Some(match name {
            "status" => PreviewField::Status,
            "createtime" => PreviewField::Created,
            _ => PreviewField::Cell(match ImportField::find_built_in(name) {
                Some(field) => field,
                None => ImportField::Custom(company.custom_field_by_name(name)?.id),
            }),
        })
    };
    let fields = SearchFields {
        is_sortable: |name| matches!(name, "status" | "createtime") || is_built_in(name),
        // The service fails on all other fields; its web client does not send them here.
        fails_in_or_group: |name| {
            let is_manager = name.starts_with("manager") && is_built_in(name);
            !FREE_TEXT.contains(&name) && !is_manager
        },
        ..SearchFields::new(find, &FREE_TEXT, call.rules())
    };
    let search = Search::parse(call.body()?, &fields)?;
    let rows = transaction.mapping.iter().flat_map(|mapping| {
        (0..mapping.statuses.len()).map(move |row| PreviewRow {
            transaction,
            mapping,
            row,
        })
    });
    let found = search.select(rows, |row, field| row.value(*field));
    Ok((search, found))
}

impl<'s> PreviewRow<'s> {
    fn cell(&self, field: ImportField) -> &'s str {
        let table = &self.transaction.file.table;
        self.mapping.columns.value(table, self.row, field)
    }

    fn status(&self) -> RowStatus {
        self.mapping.statuses[self.row]
    }

    fn value(&self, field: PreviewField) -> FieldValue<'s> {
        match field {
            PreviewField::Status => FieldValue::named(self.status().name(), self.status().code()),
            PreviewField::Created => FieldValue::Time(self.transaction.created),
            PreviewField::Cell(field @ ImportField::Priority) => {
                let priority = Priority::parse(self.cell(field)).unwrap_or_default();
                FieldValue::named(priority.name(), priority as i64)
            }
            PreviewField::Cell(field) => FieldValue::text(self.cell(field)),
        }
    }

    fn to_json(self, company: &Company, dialect: Dialect) -> Value {
        let time_zone = self.cell(ImportField::TimeZone);
        let known_zone = reference::find_time_zone(time_zone);
        let problems = self.mapping.problems(self.row).iter();
        let problems = problems
            .map(|problem| json!({ "fieldName": problem.field, "message": problem.message }));
        let mut json = json!({
            "resourceId": self.mapping.row_id(self.row).to_string(),
            "transactionId": self.transaction.id.to_string(),
            "email": self.cell(ImportField::Email),
            "firstName": self.cell(ImportField::FirstName),
            "lastName": self.cell(ImportField::LastName),
            "department": self.cell(ImportField::Department),
            "phoneNumber": self.cell(ImportField::PhoneNumber),
            "priority": displayed_priority(self.cell(ImportField::Priority)),
            "timeZone": known_zone.map_or(time_zone, |zone| &zone.display_name),
            "preferredLanguage": self.cell(ImportField::PreferredLanguage),
            "status": self.status().name(),
            "createTime": dialect.timestamp(self.transaction.created),
            "updateTime": null,
            "customFields": self.custom_fields(company),
            "validationDetail": problems.collect::<Value>(),
        });
        if dialect.has_undocumented_properties() {
            let manager = Manager {
                first_name: self.cell(ImportField::ManagerFirstName).to_owned(),
                last_name: self.cell(ImportField::ManagerLastName).to_owned(),
                email: self.cell(ImportField::ManagerEmail).to_owned(),
            };
            add_manager(&mut json, Some(&manager));
        }
        json
    }

    /// The mapped custom fields.
    fn custom_fields(&self, company: &Company) -> Value {
        let fields = company.custom_fields.iter().filter_map(|field| {
            let column = ImportField::Custom(field.id);
            self.mapping.columns.has(column).then(|| {
                json!({
                    "resourceId": field.id.to_string(),
                    "name": field.name,
                    "dataType": field.data_type,
                    "value": self.cell(column),
                })
            })
        });
        fields.collect()
    }

    fn export_row(&self) -> Vec<String> {
        let table = &self.transaction.file.table;
        let columns = 0..table.headers().len();
        let cells = columns.map(|column| table.cell(self.row, column).to_owned());
        let problems = self.mapping.problems(self.row).iter();
        let problems = problems.map(|problem| format!("{}: {}", problem.field, problem.message));
        let problems = problems.collect::<Vec<_>>().join("; ");
        let status = self.status().name().to_owned();
        cells.chain([status, problems]).collect()
    }
}

fn is_built_in(name: &str) -> bool {
    ImportField::find_built_in(name).is_some()
}

/// A blank priority means Medium; an invalid one is shown unchanged.
fn displayed_priority(cell: &str) -> &str {
    match Priority::parse(cell) {
        Some(priority) => priority.name(),
        None if cell.is_empty() => Priority::Medium.name(),
        None => cell,
    }
}
