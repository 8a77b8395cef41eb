//! The rows of a mapped file, before they are imported.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::transaction_in_path;
use crate::dialect::Dialect;
use crate::envelope::{Answer, Failure, Reply};
use crate::fields::Fields;
use crate::filter::{Datum, Vocabulary};
use crate::paging::Search;
use crate::reference;
use crate::request::Call;
use crate::resource_id::ResourceId;
use crate::spreadsheet::{self, Written};
use crate::state::{Company, Field, Mapping, Priority, Transaction, World};

const FREE_TEXT: &[PreviewField] = &[
    PreviewField::Cell(Field::FirstName),
    PreviewField::Cell(Field::LastName),
    PreviewField::Cell(Field::Email),
    PreviewField::Cell(Field::PhoneNumber),
    PreviewField::Cell(Field::Department),
];

/// Answers `POST /api/target-users/{transactionId}/search`.
pub(crate) fn preview(world: &mut World, call: &Call) -> Answer {
    let view = View::of(world, call)?;
    let search = view.parse(call.fields()?)?;
    let found = view.select(&search);
    let items = search.page(&found, |row| view.row(*row));
    let counts = view.transaction.counts();
    let mut result = Map::from_iter([
        ("items".to_owned(), Value::Object(items)),
        ("newUserCount".to_owned(), json!(counts.new)),
        ("existingUserCount".to_owned(), json!(counts.existing)),
        ("invalidUserCount".to_owned(), json!(counts.invalid)),
    ]);
    match call.dialect() {
        Dialect::Observed => Ok(Reply::data(Value::Object(result))),
        // The document shows the result as the whole body.
        Dialect::Documented => {
            result.insert("status".to_owned(), json!("SUCCESS"));
            result.insert("message".to_owned(), json!(""));
            Ok(Reply::Bare(Value::Object(result)))
        }
    }
}

/// Answers `POST /api/target-users/{transactionId}/search/export`.
pub(crate) fn export_preview(world: &mut World, call: &Call) -> Answer {
    let body = call.fields()?;
    let name = body.text("exportType")?.unwrap_or_default();
    let format = call
        .dialect()
        .export_format(name)
        .ok_or_else(|| Failure::input("exportType is Excel, CSV or PDF"))?;
    let view = View::of(world, call)?;
    let search = view.parse(body)?;
    let found = view.select(&search);
    let wanted = if body.flag("reportAllPages")?.unwrap_or(false) {
        &found[..]
    } else {
        search.cut(&found)
    };
    let headers = view.transaction.table.headers().iter().cloned();
    let lines = wanted.iter().map(|&row| view.line(row));
    let file = Written {
        name: "Preview",
        headers: headers
            .chain(["Status".to_owned(), "Validation".to_owned()])
            .collect(),
        rows: Box::new(lines.collect::<Vec<_>>().into_iter()),
        list: None,
    };
    spreadsheet::write(format, file)
}

/// What a preview can be filtered and sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PreviewField {
    Cell(Field),
    Status,
    Created,
}

struct View<'w> {
    transaction: &'w Transaction,
    company: &'w Company,
    call: &'w Call,
}

impl<'w> View<'w> {
    fn of(world: &'w World, call: &'w Call) -> Result<Self, Failure> {
        let transaction = &world.transactions[&transaction_in_path(world, call)?];
        Ok(Self {
            transaction,
            company: &world.companies[call.company],
            call,
        })
    }

    fn parse(&self, body: Fields<'_>) -> Result<Search<PreviewField>, Failure> {
        let vocabulary = Vocabulary {
            field: &|name| self.field(name),
            free_text: FREE_TEXT,
            breaks_free_text: &|field| !FREE_TEXT.contains(field) && !is_manager(*field),
            accept_equal: self.call.rules().accept_equal_operator,
        };
        Search::parse(body, &vocabulary, |field| {
            !matches!(field, PreviewField::Cell(Field::Custom(_)))
        })
    }

    /// The rows that have been read so far and that the search accepts.
    fn select(&self, search: &Search<PreviewField>) -> Vec<usize> {
        match &self.transaction.mapping {
            None => Vec::new(),
            Some(mapping) => search.select(0..mapping.statuses.len(), |&row, field| {
                self.read(mapping, row, *field)
            }),
        }
    }

    fn field(&self, name: &str) -> Option<PreviewField> {
        let cell = match name.to_ascii_lowercase().as_str() {
            "status" => return Some(PreviewField::Status),
            "createtime" => return Some(PreviewField::Created),
            "email" => Field::Email,
            "firstname" => Field::FirstName,
            "lastname" => Field::LastName,
            "phonenumber" => Field::PhoneNumber,
            "department" => Field::Department,
            "priority" => Field::Priority,
            "timezone" => Field::TimeZone,
            "preferredlanguage" => Field::PreferredLanguage,
            "managerfirstname" => Field::ManagerFirstName,
            "managerlastname" => Field::ManagerLastName,
            "manageremail" => Field::ManagerEmail,
            _ => Field::Custom(self.company.custom_field(name)?.id),
        };
        Some(PreviewField::Cell(cell))
    }

    fn read(&self, mapping: &'w Mapping, row: usize, field: PreviewField) -> Datum<'w> {
        let status = mapping.statuses[row];
        match field {
            PreviewField::Status => Datum::Named {
                name: status.name(),
                code: status.code(),
            },
            PreviewField::Created => Datum::Time(self.transaction.created),
            PreviewField::Cell(Field::Priority) => {
                let priority = Priority::parse(mapping.columns.value(
                    &self.transaction.table,
                    row,
                    Field::Priority,
                ));
                let priority = priority.unwrap_or_default();
                Datum::Named {
                    name: priority.name(),
                    code: priority as i64,
                }
            }
            PreviewField::Cell(cell) => Datum::Text(Cow::Borrowed(mapping.columns.value(
                &self.transaction.table,
                row,
                cell,
            ))),
        }
    }

    fn row(&self, row: usize) -> Value {
        let Some(mapping) = &self.transaction.mapping else {
            return Value::Null;
        };
        let value = |field| mapping.columns.value(&self.transaction.table, row, field);
        let details = mapping.details(row).iter();
        let details =
            details.map(|detail| json!({ "fieldName": detail.field, "message": detail.message }));
        let mut json = json!({
            "resourceId": mapping.row_id(row).to_string(),
            "transactionId": self.transaction.id.to_string(),
            "email": value(Field::Email),
            "firstName": value(Field::FirstName),
            "lastName": value(Field::LastName),
            "department": value(Field::Department),
            "phoneNumber": value(Field::PhoneNumber),
            "priority": shown_priority(value(Field::Priority)),
            "timeZone": shown_time_zone(value(Field::TimeZone)),
            "preferredLanguage": value(Field::PreferredLanguage),
            "status": mapping.statuses[row].name(),
            "createTime": self.call.dialect().timestamp(self.transaction.created),
            "updateTime": null,
            "customFields": self.custom_fields(mapping, row),
            "validationDetail": details.collect::<Value>(),
        });
        if self.call.dialect().shows_undocumented() {
            let (first_name, last_name) = (
                value(Field::ManagerFirstName),
                value(Field::ManagerLastName),
            );
            json["managerFirstName"] = json!(first_name);
            json["managerLastName"] = json!(last_name);
            json["managerFullName"] = json!(format!("{first_name} {last_name}").trim());
            json["managerEmail"] = json!(value(Field::ManagerEmail));
        }
        json
    }

    fn custom_fields(&self, mapping: &Mapping, row: usize) -> Value {
        let mapped = self
            .company
            .custom_fields
            .iter()
            .filter(|field| mapping.columns.has(Field::Custom(field.id)));
        mapped
            .map(|field| {
                json!({
                    "resourceId": field.id.to_string(),
                    "name": field.name,
                    "dataType": field.data_type,
                    "value": mapping.columns.value(&self.transaction.table, row, Field::Custom(field.id)),
                })
            })
            .collect()
    }

    fn line(&self, row: usize) -> Vec<String> {
        let table = &self.transaction.table;
        let cells = (0..table.headers().len()).map(|column| table.cell(row, column).to_owned());
        let mapping = self.transaction.mapping.as_ref();
        let status = mapping.map_or("", |mapping| mapping.statuses[row].name());
        let details = mapping
            .map_or(&[][..], |mapping| mapping.details(row))
            .iter();
        let reasons: Vec<String> = details
            .map(|detail| format!("{}: {}", detail.field, detail.message))
            .collect();
        cells
            .chain([status.to_owned(), reasons.join("; ")])
            .collect()
    }
}

/// The row that an import selects by its id.
pub(super) fn selected_row(mapping: &Mapping, id: &str) -> Result<usize, Failure> {
    let row = id.parse::<ResourceId>().ok().and_then(|id| mapping.row(id));
    row.ok_or_else(|| {
        Failure::input("selectedResourceIds holds an id that no row of the preview has")
    })
}

fn is_manager(field: PreviewField) -> bool {
    let managers = [
        Field::ManagerFirstName,
        Field::ManagerLastName,
        Field::ManagerEmail,
    ];
    matches!(field, PreviewField::Cell(cell) if managers.contains(&cell))
}

/// A blank priority means Medium; an invalid one is shown as it is.
fn shown_priority(cell: &str) -> &str {
    match Priority::parse(cell) {
        Some(priority) => priority.name(),
        None if cell.is_empty() => Priority::Medium.name(),
        None => cell,
    }
}

fn shown_time_zone(cell: &str) -> &str {
    reference::time_zone(cell).map_or(cell, |zone| zone.display_name)
}
