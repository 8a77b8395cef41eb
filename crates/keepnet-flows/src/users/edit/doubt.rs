//! Values that a user has and that the service may refuse when the record is sent back whole.

use std::fmt;

use keepnet_staff_list::Field;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why the service may refuse an update of a user, because of a value that is sent as it is.
///
/// The document allows shorter texts in an update than in a creation or an import, and the service's own
/// web client sends longer ones: what the service does with them is not proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum UpdateDoubt {
    /// The value is longer than the document allows in an update.
    TooLong {
        /// How many characters the value has.
        length: u64,
        /// How many the document allows.
        limit: u64,
    },
    /// The service does not list the time zone or the language that the user has.
    NotListed,
}

impl UpdateDoubt {
    /// The doubt about the length of a value, if any.
    pub(crate) fn of_length(field: &Field, value: &str) -> Option<UpdateDoubt> {
        let limit = longest_in_update(field)?;
        let length = value.chars().count() as u64;
        (length > limit).then_some(UpdateDoubt::TooLong { length, limit })
    }
}

/// The most characters that the document allows in an update; other fields have the same limit as in a
/// creation, or none.
fn longest_in_update(field: &Field) -> Option<u64> {
    match field {
        Field::FirstName | Field::LastName | Field::ManagerFirstName | Field::ManagerLastName => {
            Some(40)
        }
        Field::Department => Some(64),
        _ => None,
    }
}

/// Such as `has 70 characters, and the document allows 64 in an update`.
impl fmt::Display for UpdateDoubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UpdateDoubt::TooLong { length, limit } => write!(
                f,
                "has {length} characters, and the document allows {limit} in an update"
            ),
            UpdateDoubt::NotListed => f.write_str("is not in the list of the service"),
        }
    }
}
