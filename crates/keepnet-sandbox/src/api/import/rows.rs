//! The rows of a mapped file: their problems, and the users that they describe.

use serde_json::{Value, json};

use crate::api::email;
use crate::reference;
use crate::rules::Rules;
use crate::spreadsheet::Table;
use crate::state::{
    Company, ImportField, ImportJob, Manager, MappedColumns, Mapping, Priority, RowFailure,
    RowProblem, State, Transaction, User, UserText,
};

/// The service limits a cell to 255 characters.
const MAX_CELL_LENGTH: usize = 255;

/// A background job has this many steps, unless a step would be too long.
const STEPS: usize = 4;
const MAX_ROWS_PER_STEP: usize = 20_000;

/// The rows that the next step of a background job processes, after `done` rows of `total`.
pub(super) fn next_step(done: usize, total: usize) -> std::ops::Range<usize> {
    let rows_per_step = total.div_ceil(STEPS).clamp(1, MAX_ROWS_PER_STEP);
    done..total.min(done + rows_per_step)
}

/// All problems of a row that do not depend on other rows.
pub(super) fn find_problems(
    columns: &MappedColumns,
    table: &Table,
    row: usize,
    company: &Company,
    rules: &Rules,
) -> Vec<RowProblem> {
    let mut problems = Vec::new();
    // A name may be required although no column is mapped to it.
    let names = [ImportField::FirstName, ImportField::LastName].into_iter();
    let unmapped_names = names.filter(|&field| !columns.has(field));
    for field in columns.fields().chain(unmapped_names) {
        let value = columns.value(table, row, field);
        let message = if value.chars().count() > MAX_CELL_LENGTH {
            Some("The text is longer than 255 characters")
        } else {
            find_cell_problem(field, value, company, rules)
        };
        problems
            .extend(message.map(|message| RowProblem::new(field_name(field, company), message)));
    }
    problems
}

/// Copies the cells of a row to a user. A blank cell does not change its field, unless the rules say
/// that it clears it.
pub(super) fn apply(
    columns: &MappedColumns,
    table: &Table,
    row: usize,
    user: &mut User,
    rules: &Rules,
) {
    for field in columns.fields() {
        let value = columns.value(table, row, field);
        let is_priority = field == ImportField::Priority;
        if value.is_empty() && (is_priority || !rules.clear_blank_cells) {
            continue;
        }
        let text = || UserText::Owned(value.to_owned());
        match field {
            ImportField::Email => user.email = value.into(),
            ImportField::FirstName => user.first_name = text(),
            ImportField::LastName => user.last_name = text(),
            ImportField::PhoneNumber => user.phone_number = text(),
            ImportField::Department => user.department = text(),
            ImportField::TimeZone => user.time_zone = reference::find_time_zone(value),
            ImportField::Priority => user.priority = Priority::parse(value).unwrap_or_default(),
            ImportField::PreferredLanguage => user.language = reference::find_language(value),
            ImportField::ManagerFirstName => manager(user).first_name = value.to_owned(),
            ImportField::ManagerLastName => manager(user).last_name = value.to_owned(),
            ImportField::ManagerEmail => manager(user).email = value.to_owned(),
            ImportField::Custom(id) => user.set_custom_value(id, value),
        }
    }
    let is_blank = |manager: &Manager| manager.full_name().is_empty() && manager.email.is_empty();
    if user.manager.as_deref().is_some_and(is_blank) {
        user.manager = None;
    }
}

/// The rows that a job did not import, as its detail lists them.
pub(crate) fn process_errors(state: &State, job: &ImportJob) -> Vec<Value> {
    let transaction = state.transactions.get(&job.transaction);
    let mapping = transaction.and_then(|it| Some((it, it.mapping.as_ref()?)));
    let Some((transaction, mapping)) = mapping else {
        return Vec::new();
    };
    let errors = job.failures.iter().map(|failure| {
        let problem = failure.problems.first();
        json!({
            "errorMessage": problem.map_or("", |problem| problem.message.as_str()),
            "inputData": failure_input(transaction, mapping, failure),
        })
    });
    errors.collect()
}

/// The service describes a failed row by a JSON text in PascalCase, and its problems by a second
/// JSON text inside the first.
fn failure_input(transaction: &Transaction, mapping: &Mapping, failure: &RowFailure) -> String {
    let table = &transaction.file.table;
    let value = |field| mapping.columns.value(table, failure.row, field);
    let problems = failure
        .problems
        .iter()
        .map(|problem| json!({ "FieldName": problem.field, "Message": problem.message }));
    json!({
        "FirstName": value(ImportField::FirstName),
        "LastName": value(ImportField::LastName),
        "Email": value(ImportField::Email),
        "Department": value(ImportField::Department),
        "Priority": Priority::parse(value(ImportField::Priority)).unwrap_or_default() as i64,
        "Status": failure.status.code(),
        "ValidationDetail": problems.collect::<Value>().to_string(),
    })
    .to_string()
}

fn manager(user: &mut User) -> &mut Manager {
    user.manager.get_or_insert_default()
}

fn find_cell_problem(
    field: ImportField,
    value: &str,
    company: &Company,
    rules: &Rules,
) -> Option<&'static str> {
    if value.is_empty() {
        return match field {
            ImportField::Email => Some("An e-mail address is required"),
            ImportField::FirstName | ImportField::LastName => {
                rules.require_names_in_file.then_some("A name is required")
            }
            ImportField::Custom(id) => {
                let field = company.custom_field(id)?;
                field.required.then_some("A value is required")
            }
            _ => None,
        };
    }
    let (is_valid, problem) = match field {
        ImportField::Email | ImportField::ManagerEmail => {
            (email::is_valid(value), "This is not an e-mail address")
        }
        ImportField::Priority => (
            Priority::parse(value).is_some(),
            "The priority is not one of VeryLow, Low, Medium, High, VeryHigh",
        ),
        ImportField::TimeZone => (
            reference::find_time_zone(value).is_some(),
            "The time zone is not one of those in the example file",
        ),
        ImportField::PreferredLanguage => (
            reference::find_language(value).is_some(),
            "The language is unknown",
        ),
        ImportField::Custom(id) => match company.custom_field(id)?.data_type.as_str() {
            "Number" => (value.parse::<f64>().is_ok(), "This is not a number"),
            "Email" => (email::is_valid(value), "This is not an e-mail address"),
            _ => return None,
        },
        _ => return None,
    };
    (!is_valid).then_some(problem)
}

/// The name of a field in mappings.
fn field_name(field: ImportField, company: &Company) -> &str {
    if let ImportField::Custom(id) = field {
        let field = company.custom_field(id);
        return field.map_or("", |field| &field.name);
    }
    let mut built_in = ImportField::BUILT_IN.iter();
    let found = built_in.find(|(known, _)| *known == field);
    found.map_or("", |(_, name)| name)
}
