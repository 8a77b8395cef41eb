//! The fields of a target user that a column of a staff list can fill.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text::header_key;

/// A field of a target user.
///
/// As text (serialised, displayed and parsed) a built-in field is its [wire name](Field::wire_name)
/// and a custom field is `custom:NAME`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Field {
    /// The e-mail address, which identifies a person; every file must have it.
    Email,
    /// The given name.
    FirstName,
    /// The family name.
    LastName,
    /// The given name and the family name in one cell. The service does not know this field: the two
    /// names are sent.
    FullName,
    /// The phone number, with country code.
    PhoneNumber,
    /// The department.
    Department,
    /// The time zone, in the wording of the service's template.
    TimeZone,
    /// How much attention the person needs: `VeryLow`, `Low`, `Medium`, `High` or `VeryHigh`.
    Priority,
    /// The language of trainings and mails.
    PreferredLanguage,
    /// The given name of the person's manager.
    ManagerFirstName,
    /// The family name of the person's manager.
    ManagerLastName,
    /// The e-mail address of the person's manager.
    ManagerEmail,
    /// A custom field of the company, by its name.
    Custom(String),
}

impl Field {
    /// The fields that a column can fill in every company.
    pub const BUILT_IN: [Field; 12] = [
        Field::Email,
        Field::FirstName,
        Field::LastName,
        Field::FullName,
        Field::PhoneNumber,
        Field::Department,
        Field::TimeZone,
        Field::Priority,
        Field::PreferredLanguage,
        Field::ManagerFirstName,
        Field::ManagerLastName,
        Field::ManagerEmail,
    ];

    /// The name that a mapping sends to the service.
    ///
    /// `Preferred Language` has a space, because the service knows that field only by its label. The
    /// wire name of a custom field is its own name.
    pub fn wire_name(&self) -> &str {
        match self {
            Field::Email => "Email",
            Field::FirstName => "FirstName",
            Field::LastName => "LastName",
            Field::FullName => "FullName",
            Field::PhoneNumber => "PhoneNumber",
            Field::Department => "Department",
            Field::TimeZone => "TimeZone",
            Field::Priority => "Priority",
            Field::PreferredLanguage => "Preferred Language",
            Field::ManagerFirstName => "ManagerFirstName",
            Field::ManagerLastName => "ManagerLastName",
            Field::ManagerEmail => "ManagerEmail",
            Field::Custom(name) => name,
        }
    }

    /// Whether it is one of the three fields that name a person's manager.
    pub fn is_manager(&self) -> bool {
        matches!(
            self,
            Field::ManagerFirstName | Field::ManagerLastName | Field::ManagerEmail
        )
    }

    /// The name in a sentence, such as `first name`.
    pub fn label(&self) -> &str {
        match self {
            Field::Email => "e-mail",
            Field::FirstName => "first name",
            Field::LastName => "last name",
            Field::FullName => "full name",
            Field::PhoneNumber => "phone number",
            Field::Department => "department",
            Field::TimeZone => "time zone",
            Field::Priority => "priority",
            Field::PreferredLanguage => "preferred language",
            Field::ManagerFirstName => "manager's first name",
            Field::ManagerLastName => "manager's last name",
            Field::ManagerEmail => "manager's e-mail",
            Field::Custom(name) => name,
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Field::Custom(name) => write!(f, "{CUSTOM}{name}"),
            built_in => f.write_str(built_in.wire_name()),
        }
    }
}

impl FromStr for Field {
    type Err = UnknownField;

    /// Reads a field without regard to case, spaces and punctuation: `first name` and `FirstName`
    /// are the same field. `custom:Badge` is the custom field "Badge".
    fn from_str(text: &str) -> Result<Field, UnknownField> {
        let text = text.trim();
        if let Some((prefix, name)) = text.split_once(':')
            && prefix.trim().eq_ignore_ascii_case("custom")
            && !name.trim().is_empty()
        {
            return Ok(Field::Custom(name.trim().to_owned()));
        }
        let key = header_key(text);
        Field::BUILT_IN
            .into_iter()
            .find(|field| header_key(field.wire_name()) == key)
            .ok_or_else(|| UnknownField {
                text: text.to_owned(),
            })
    }
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Field, D::Error> {
        Cow::<'de, str>::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

impl schemars::JsonSchema for Field {
    fn schema_name() -> Cow<'static, str> {
        "Field".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let built_in: Vec<_> = Field::BUILT_IN.iter().map(Field::to_string).collect();
        schemars::json_schema!({
            "description": "A field of a target user; a company's own field is `custom:NAME`.",
            "anyOf": [
                { "type": "string", "enum": built_in },
                { "type": "string", "pattern": "^custom:.+" },
            ],
        })
    }
}

/// The error for a text that names no field of a target user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not a field; the fields are {}, and `custom:NAME` for a custom field",
    built_in_names()
)]
pub struct UnknownField {
    text: String,
}

impl UnknownField {
    /// The given text.
    pub fn text(&self) -> &str {
        &self.text
    }
}

const CUSTOM: &str = "custom:";

fn built_in_names() -> String {
    let names: Vec<_> = Field::BUILT_IN.iter().map(Field::to_string).collect();
    names.join(", ")
}
