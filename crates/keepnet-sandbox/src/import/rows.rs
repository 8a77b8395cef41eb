//! What the cells of a row say, and what is wrong with them.

use serde_json::{Value, json};

use crate::email;
use crate::reference;
use crate::rules::Rules;
use crate::spreadsheet::Table;
use crate::state::{
    Columns, Company, Field, Manager, Mapping, Priority, Text, Transaction, User, ValidationDetail,
};

/// The service takes cells of up to 255 characters.
const LONGEST_CELL: usize = 255;

/// Everything that keeps a row from being imported, but for what other rows say.
pub(super) fn faults(
    columns: &Columns,
    table: &Table,
    row: usize,
    company: &Company,
    rules: &Rules,
) -> Vec<ValidationDetail> {
    let mut faults = Vec::new();
    for field in columns.fields() {
        let value = columns.value(table, row, field);
        let message = if value.chars().count() > LONGEST_CELL {
            Some("The text is longer than 255 characters")
        } else {
            wrong_with(field, value, company, rules)
        };
        faults.extend(message.map(|message| fault(&field_name(field, company), message)));
    }
    if rules.require_names_in_file {
        for field in [Field::FirstName, Field::LastName]
            .into_iter()
            .filter(|&field| !columns.has(field))
        {
            faults.push(fault(&field_name(field, company), "A name is required"));
        }
    }
    faults
}

pub(super) fn fault(field: &str, message: &str) -> ValidationDetail {
    ValidationDetail {
        field: field.to_owned(),
        message: message.to_owned(),
    }
}

/// Takes the cells of a row over into a user. A blank cell leaves the field as it is.
pub(super) fn apply(columns: &Columns, table: &Table, row: usize, user: &mut User) {
    for field in columns.fields() {
        let value = columns.value(table, row, field);
        if value.is_empty() {
            continue;
        }
        let text = || Text::Owned(value.to_owned());
        match field {
            Field::Email => user.email = value.into(),
            Field::FirstName => user.first_name = text(),
            Field::LastName => user.last_name = text(),
            Field::PhoneNumber => user.phone_number = text(),
            Field::Department => user.department = text(),
            Field::TimeZone => user.time_zone = reference::time_zone(value),
            Field::Priority => user.priority = Priority::parse(value).unwrap_or_default(),
            Field::PreferredLanguage => user.language = reference::language(value),
            Field::ManagerFirstName => manager(user).first_name = value.to_owned(),
            Field::ManagerLastName => manager(user).last_name = value.to_owned(),
            Field::ManagerEmail => manager(user).email = value.to_owned(),
            Field::Custom(id) => user.set_custom_value(id, value),
        }
    }
}

/// What a job tells of a row that it did not import: a JSON text with its properties in PascalCase,
/// and the reasons in it once more as a JSON text.
pub(super) fn failure_input(
    transaction: &Transaction,
    mapping: &Mapping,
    row: usize,
    status: i64,
    details: &[ValidationDetail],
) -> String {
    let value = |field| mapping.columns.value(&transaction.table, row, field);
    let reasons = details
        .iter()
        .map(|detail| json!({ "FieldName": detail.field, "Message": detail.message }));
    json!({
        "FirstName": value(Field::FirstName),
        "LastName": value(Field::LastName),
        "Email": value(Field::Email),
        "Department": value(Field::Department),
        "Priority": Priority::parse(value(Field::Priority)).unwrap_or_default() as i64,
        "Status": status,
        "ValidationDetail": reasons.collect::<Value>().to_string(),
    })
    .to_string()
}

fn manager(user: &mut User) -> &mut Manager {
    user.manager.get_or_insert_default()
}

fn wrong_with(field: Field, value: &str, company: &Company, rules: &Rules) -> Option<&'static str> {
    match field {
        Field::Email if value.is_empty() => Some("An e-mail address is required"),
        Field::Email | Field::ManagerEmail if !value.is_empty() && !email::is_address(value) => {
            Some("This is not an e-mail address")
        }
        Field::FirstName | Field::LastName if rules.require_names_in_file && value.is_empty() => {
            Some("A name is required")
        }
        Field::Priority if !value.is_empty() && Priority::parse(value).is_none() => {
            Some("The priority is none of VeryLow, Low, Medium, High, VeryHigh")
        }
        Field::TimeZone if !value.is_empty() && reference::time_zone(value).is_none() => {
            Some("The time zone is none of those in the example file")
        }
        Field::PreferredLanguage if !value.is_empty() && reference::language(value).is_none() => {
            Some("The language is not known")
        }
        Field::Custom(id) => {
            let field = company.custom_fields.iter().find(|field| field.id == id)?;
            match field.data_type.as_str() {
                _ if value.is_empty() => field.required.then_some("A value is required"),
                "Number" if value.parse::<f64>().is_err() => Some("This is not a number"),
                "Email" if !email::is_address(value) => Some("This is not an e-mail address"),
                _ => None,
            }
        }
        _ => None,
    }
}

/// As the mapping spells it.
fn field_name(field: Field, company: &Company) -> String {
    match field {
        Field::Email => "Email",
        Field::FirstName => "FirstName",
        Field::LastName => "LastName",
        Field::PhoneNumber => "PhoneNumber",
        Field::Department => "Department",
        Field::TimeZone => "TimeZone",
        Field::Priority => "Priority",
        Field::PreferredLanguage => "PreferredLanguage",
        Field::ManagerFirstName => "ManagerFirstName",
        Field::ManagerLastName => "ManagerLastName",
        Field::ManagerEmail => "ManagerEmail",
        Field::Custom(id) => {
            let named = company.custom_fields.iter().find(|field| field.id == id);
            return named.map_or_else(String::new, |field| field.name.clone());
        }
    }
    .to_owned()
}
