//! One target user.

use std::fmt;

use keepnet_client::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::row::UserRow;
use super::row_properties::RowProperties;
use super::status::UserStatus;
use crate::priority_text::PriorityText;

/// A target user in a list. Its `Debug` shows the id alone.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct User {
    /// The resource id.
    pub id: String,
    /// The e-mail address, which identifies the person.
    pub email: String,
    /// The given name.
    pub first_name: Option<String>,
    /// The family name.
    pub last_name: Option<String>,
    /// The department.
    pub department: Option<String>,
    /// The phone number.
    pub phone_number: Option<String>,
    /// How much attention the person needs, such as `Medium`.
    pub priority: Option<PriorityText>,
    /// `active`, `inactive` or `deleted`, or another word that the service uses, in lower case.
    pub status: UserStatus,
    /// The time zone, as the service displays it.
    pub time_zone: Option<String>,
    /// The name of the language of trainings and mails.
    pub preferred_language: Option<String>,
    /// When the user was created, in the words of the service, which do not say the time zone.
    #[schemars(with = "Option<String>")]
    pub created: Option<Timestamp>,
    /// When the user was last changed, in the words of the service, which do not say the time zone.
    #[schemars(with = "Option<String>")]
    pub updated: Option<Timestamp>,
    /// Whether the user can be edited; one that an identity provider owns cannot.
    pub editable: Option<bool>,
    /// The synchronisation (SCIM or LDAP) that owns the user.
    pub managed_by: Option<String>,
    /// The values of the company's own fields.
    pub custom_fields: Vec<CustomValue>,
    /// Which properties the service showed, so that a missing one is not taken for an empty value.
    #[serde(skip)]
    pub(crate) properties: RowProperties,
}

/// The value of one of a company's own fields.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct CustomValue {
    /// The name of the field.
    pub name: String,
    /// The value; null where there is none.
    pub value: Option<String>,
}

impl User {
    /// Whether the user was deleted.
    pub fn is_deleted(&self) -> bool {
        self.status == UserStatus::Deleted
    }

    /// Whether a directory owns the user, so that nothing else can edit them: the service names the
    /// synchronisation, or says that the user cannot be edited.
    pub fn is_managed(&self) -> bool {
        let name = self.managed_by.as_deref().unwrap_or_default();
        !name.trim().is_empty() || self.editable == Some(false)
    }
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> User {
        let has_text = |time: &Timestamp| !time.as_str().is_empty();
        User {
            properties: row.properties,
            status: row.user_status(),
            managed_by: row.managed_by().map(str::to_owned),
            id: row.resource_id,
            email: row.email,
            first_name: row.first_name,
            last_name: row.last_name,
            department: row.department,
            phone_number: row.phone_number,
            priority: row.priority.map(PriorityText::from),
            time_zone: row.time_zone,
            preferred_language: row.preferred_language,
            created: row.create_time.filter(has_text),
            updated: row.update_time.filter(has_text),
            editable: row.is_editable,
            custom_fields: (row.custom_field_values.into_iter())
                .map(|value| CustomValue {
                    name: value.name.unwrap_or_default(),
                    value: value.value,
                })
                .collect(),
        }
    }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for CustomValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomValue")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
