//! The fields that a company added to its users.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::field::Field;

/// A field that a company added to its users.
///
/// A column of a staff list fills it by its name, without regard to case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct CustomField {
    /// The resource id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The type of its values.
    pub data_type: DataType,
    /// Whether every user needs a value.
    pub required: bool,
}

/// The type of the values of a custom field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DataType {
    /// Any text.
    #[default]
    Text,
    /// A number with digits, a sign and a decimal point.
    Number,
    /// An e-mail address.
    Email,
    /// A day, in the format of the account that imports it.
    Date,
    /// A day and a time, in the format of the account that imports it.
    DateTime,
    /// `True` or `False`.
    Boolean,
    /// A type that this version does not know, by the name in the service.
    Other(String),
}

impl CustomField {
    /// An optional text field.
    pub fn new(name: impl Into<String>) -> CustomField {
        CustomField {
            id: String::new(),
            name: name.into(),
            data_type: DataType::Text,
            required: false,
        }
    }

    /// Sets the type of the values.
    #[must_use]
    pub fn data_type(mut self, data_type: DataType) -> CustomField {
        self.data_type = data_type;
        self
    }

    /// Makes the field required.
    #[must_use]
    pub fn required(mut self) -> CustomField {
        self.required = true;
        self
    }

    /// The field of a mapping.
    pub fn field(&self) -> Field {
        Field::Custom(self.name.clone())
    }
}

impl From<&str> for DataType {
    /// Reads the name of a type in the service.
    fn from(name: &str) -> DataType {
        match name {
            "String" => DataType::Text,
            "Number" => DataType::Number,
            "Email" => DataType::Email,
            "Date" => DataType::Date,
            "DateTime" => DataType::DateTime,
            "Boolean" => DataType::Boolean,
            other => DataType::Other(other.to_owned()),
        }
    }
}
