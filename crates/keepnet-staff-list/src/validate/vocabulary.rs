//! What a company allows in a cell beyond what is known without asking it.

use std::collections::HashSet;

use super::problem::ProblemKind;
use super::rules::looks_like_email;
use crate::columns::{Mapping, header_key};
use crate::custom_field::{CustomField, DataType};
use crate::field::Field;
use crate::read::{Sheet, SheetError};

/// What a company allows in a cell beyond what is known without asking it: its
/// custom fields, and the time zones and languages that the service lists.
///
/// `Company::allowed_values` of `keepnet-flows` asks for it. What is not
/// in it is not checked here, but by the service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowedValues {
    custom_fields: Option<Vec<CustomField>>,
    time_zones: Option<HashSet<String>>,
    languages: Option<HashSet<String>>,
}

impl AllowedValues {
    /// A vocabulary in which nothing is known yet.
    pub fn new() -> AllowedValues {
        AllowedValues::default()
    }

    /// The custom fields of the company; without this call any name is taken for one.
    #[must_use]
    pub fn custom_fields(mut self, fields: impl IntoIterator<Item = CustomField>) -> AllowedValues {
        self.custom_fields = Some(fields.into_iter().collect());
        self
    }

    /// Every spelling of every time zone, compared without regard to case.
    #[must_use]
    pub fn time_zones<T: AsRef<str>>(
        mut self,
        zones: impl IntoIterator<Item = T>,
    ) -> AllowedValues {
        self.time_zones = known(zones);
        self
    }

    /// Every spelling of every language, compared without regard to case. Where a code such as
    /// `en-US` is listed, `en` is known as well.
    #[must_use]
    pub fn languages<T: AsRef<str>>(
        mut self,
        languages: impl IntoIterator<Item = T>,
    ) -> AllowedValues {
        let mut languages = known(languages);
        if let Some(languages) = &mut languages {
            let short: Vec<_> = languages
                .iter()
                .filter_map(|language| language.split_once('-'))
                .filter(|(short, _)| short.len() == 2 || short.len() == 3)
                .map(|(short, _)| short.to_owned())
                .collect();
            languages.extend(short);
        }
        self.languages = languages;
        self
    }

    pub(crate) fn fields(&self) -> &[CustomField] {
        self.custom_fields.as_deref().unwrap_or_default()
    }

    /// Refuses a mapping to a field that the company has not, and one without a
    /// column for a field that everyone needs.
    pub(super) fn accept(&self, sheet: &Sheet, mapping: &Mapping) -> Result<(), SheetError> {
        let Some(known) = &self.custom_fields else {
            return Ok(());
        };
        let mapped = || mapping.columns().iter().map(|column| column.field());
        for field in mapped() {
            if let Field::Custom(name) = field
                && !known.iter().any(|field| is_same(&field.name, name))
            {
                let names: Vec<_> = known.iter().map(|it| format!("`{}`", it.name)).collect();
                return Err(SheetError::UnknownCustomField {
                    file: sheet.file_name().to_owned(),
                    field: name.clone(),
                    known: match names.is_empty() {
                        true => "it has none".to_owned(),
                        false => format!("there are {}", names.join(", ")),
                    },
                });
            }
        }
        let is_filled = |wanted: &CustomField| {
            mapped()
                .any(|field| matches!(field, Field::Custom(name) if is_same(name, &wanted.name)))
        };
        match known.iter().find(|it| it.required && !is_filled(it)) {
            None => Ok(()),
            Some(missing) => Err(SheetError::MissingRequiredField {
                file: sheet.file_name().to_owned(),
                field: missing.name.clone(),
                headers: sheet.header_list(),
            }),
        }
    }

    /// What is allowed in the cells of a field.
    pub(super) fn allowed(&self, field: &Field) -> Allowed<'_> {
        let list = match field {
            Field::TimeZone => self.time_zones.as_ref().map(Allowed::TimeZone),
            Field::PreferredLanguage => self.languages.as_ref().map(Allowed::Language),
            Field::Custom(name) => {
                let mut fields = self.fields().iter();
                let field = fields.find(|field| is_same(&field.name, name));
                field.map(Allowed::Custom)
            }
            _ => None,
        };
        list.unwrap_or(Allowed::Anything)
    }
}

/// What is allowed in the cells of a column.
#[derive(Clone, Copy)]
pub(super) enum Allowed<'a> {
    Anything,
    TimeZone(&'a HashSet<String>),
    Language(&'a HashSet<String>),
    Custom(&'a CustomField),
}

impl Allowed<'_> {
    pub(super) fn judge(self, text: &str) -> Result<(), ProblemKind> {
        match self {
            Allowed::Custom(field) if text.is_empty() && field.required => {
                Err(ProblemKind::MissingValue)
            }
            _ if text.is_empty() => Ok(()),
            Allowed::TimeZone(known) if !known.contains(&text.to_lowercase()) => {
                Err(ProblemKind::UnknownTimeZone)
            }
            Allowed::Language(known) if !known.contains(&text.to_lowercase()) => {
                Err(ProblemKind::UnknownLanguage)
            }
            Allowed::Custom(field) => judge_value(&field.data_type, text),
            _ => Ok(()),
        }
    }
}

fn judge_value(data_type: &DataType, text: &str) -> Result<(), ProblemKind> {
    let is_number = || {
        let digits = text.trim_start_matches(['+', '-']);
        text.len() - digits.len() <= 1
            && digits.contains(|letter: char| letter.is_ascii_digit())
            && digits.matches('.').count() <= 1
            && digits.chars().all(|it| it.is_ascii_digit() || it == '.')
    };
    let is_truth = || text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false");
    match data_type {
        DataType::Number if !is_number() => Err(ProblemKind::NotANumber),
        DataType::Email if !looks_like_email(text) => Err(ProblemKind::NotAnEmail),
        DataType::Boolean if !is_truth() => Err(ProblemKind::NotATruthValue),
        // In which order day and month stand is a setting of the account.
        DataType::Date | DataType::DateTime if !text.contains(|it: char| it.is_ascii_digit()) => {
            Err(ProblemKind::NotADate)
        }
        _ => Ok(()),
    }
}

fn known<T: AsRef<str>>(spellings: impl IntoIterator<Item = T>) -> Option<HashSet<String>> {
    let spellings = spellings.into_iter();
    let known: HashSet<_> = spellings
        .map(|spelling| spelling.as_ref().trim().to_lowercase())
        .filter(|spelling| !spelling.is_empty())
        .collect();
    // An empty list says that the service keeps none, not that it knows none.
    (!known.is_empty()).then_some(known)
}

fn is_same(one: &str, other: &str) -> bool {
    header_key(one) == header_key(other)
}
