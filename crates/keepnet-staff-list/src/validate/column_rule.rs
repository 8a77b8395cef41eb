//! The rules of a company for the cells of a column.

use std::collections::HashSet;

use super::problem::ProblemKind;
use crate::allowed_values::AllowedValues;
use crate::columns::Mapping;
use crate::custom_field::{CustomField, DataType};
use crate::email::is_email;
use crate::error::SheetError;
use crate::field::Field;
use crate::headers::list_headers;
use crate::read::Sheet;
use crate::text::header_key;

/// Refuses a mapping to a custom field that the company does not have, and one without a column for
/// a required custom field.
pub(super) fn validate_mapping(
    allowed: &AllowedValues,
    sheet: &Sheet,
    mapping: &Mapping,
) -> Result<(), SheetError> {
    let Some(fields) = &allowed.custom_fields else {
        return Ok(());
    };
    let mut mapped = Vec::new();
    for column in mapping.columns() {
        let Field::Custom(name) = column.field() else {
            continue;
        };
        if !fields.iter().any(|field| is_same(&field.name, name)) {
            let names: Vec<_> = fields.iter().map(|it| format!("`{}`", it.name)).collect();
            return Err(SheetError::UnknownCustomField {
                file: sheet.file_name().to_owned(),
                field: name.clone(),
                known: match names.is_empty() {
                    true => "it has none".to_owned(),
                    false => format!("there are {}", names.join(", ")),
                },
            });
        }
        mapped.push(name);
    }
    let is_missing = |field: &&CustomField| {
        field.required && !mapped.iter().any(|name| is_same(name, &field.name))
    };
    match fields.iter().find(is_missing) {
        None => Ok(()),
        Some(missing) => Err(SheetError::MissingRequiredField {
            file: sheet.file_name().to_owned(),
            field: missing.name.clone(),
            headers: list_headers(sheet.headers()),
        }),
    }
}

/// The company's rule for the cells of a column.
#[derive(Clone, Copy)]
pub(super) enum ColumnRule<'a> {
    Anything,
    TimeZone(&'a HashSet<String>),
    Language(&'a HashSet<String>),
    Custom(&'a CustomField),
}

impl<'a> ColumnRule<'a> {
    pub(super) fn new(allowed: &'a AllowedValues, field: &Field) -> ColumnRule<'a> {
        let rule = match field {
            Field::TimeZone => allowed.time_zones.as_ref().map(ColumnRule::TimeZone),
            Field::PreferredLanguage => allowed.languages.as_ref().map(ColumnRule::Language),
            Field::Custom(name) => {
                let mut fields = allowed.fields().iter();
                let field = fields.find(|field| is_same(&field.name, name));
                field.map(ColumnRule::Custom)
            }
            _ => None,
        };
        rule.unwrap_or(ColumnRule::Anything)
    }

    pub(super) fn validate(self, text: &str) -> Result<(), ProblemKind> {
        match self {
            ColumnRule::Custom(field) if text.is_empty() && field.required => {
                Err(ProblemKind::MissingValue)
            }
            _ if text.is_empty() => Ok(()),
            ColumnRule::TimeZone(listed) if !listed.contains(&text.to_lowercase()) => {
                Err(ProblemKind::UnknownTimeZone)
            }
            ColumnRule::Language(listed) if !listed.contains(&text.to_lowercase()) => {
                Err(ProblemKind::UnknownLanguage)
            }
            ColumnRule::Custom(field) => validate_type(&field.data_type, text),
            _ => Ok(()),
        }
    }
}

fn validate_type(data_type: &DataType, text: &str) -> Result<(), ProblemKind> {
    let is_number = || {
        let digits = text.trim_start_matches(['+', '-']);
        text.len() - digits.len() <= 1
            && digits.contains(|letter: char| letter.is_ascii_digit())
            && digits.matches('.').count() <= 1
            && digits.chars().all(|it| it.is_ascii_digit() || it == '.')
    };
    let is_boolean = || text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false");
    match data_type {
        DataType::Number if !is_number() => Err(ProblemKind::NotANumber),
        DataType::Email if !is_email(text) => Err(ProblemKind::NotAnEmail),
        DataType::Boolean if !is_boolean() => Err(ProblemKind::NotABoolean),
        // The order of day and month is a setting of the account that imports the file.
        DataType::Date | DataType::DateTime if !text.contains(|it: char| it.is_ascii_digit()) => {
            Err(ProblemKind::NotADate)
        }
        _ => Ok(()),
    }
}

fn is_same(one: &str, other: &str) -> bool {
    header_key(one) == header_key(other)
}
