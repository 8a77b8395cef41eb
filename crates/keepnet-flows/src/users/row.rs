//! One row of a search for users, as the service sends it.

use std::fmt;

use keepnet_client::types::TargetUserCustomFieldValueDto;
use keepnet_client::{Timestamp, tolerant};
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::row_properties::{NotedKeys, RowProperties};
use super::status::UserStatus;

/// One row of a search for users. The contract has neither the flag of a deleted user nor the manager,
/// which the service sends and its own web client reads.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, remote = "Self")]
pub(crate) struct UserRow {
    /// Which of the properties were there, with a value or null.
    #[serde(skip)]
    pub(crate) properties: RowProperties,
    #[serde(deserialize_with = "text")]
    pub(crate) resource_id: String,
    #[serde(deserialize_with = "text")]
    pub(crate) email: String,
    #[serde(deserialize_with = "tolerant::option")]
    pub(crate) first_name: Option<String>,
    #[serde(deserialize_with = "tolerant::option")]
    pub(crate) last_name: Option<String>,
    #[serde(deserialize_with = "tolerant::option")]
    pub(crate) department: Option<String>,
    #[serde(deserialize_with = "tolerant::option")]
    pub(crate) phone_number: Option<String>,
    #[serde(deserialize_with = "tolerant::option")]
    pub(crate) priority: Option<String>,
    #[serde(deserialize_with = "tolerant::option")]
    pub(crate) status: Option<String>,
    #[serde(deserialize_with = "tolerant::option")]
    pub(crate) is_deleted: Option<bool>,
    #[serde(deserialize_with = "tolerant::option")]
    pub(crate) is_editable: Option<bool>,
    #[serde(deserialize_with = "tolerant::option")]
    pub(crate) scim_setting_name: Option<String>,
    #[serde(deserialize_with = "tolerant::option")]
    pub(crate) ldap_config_name: Option<String>,
    #[serde(deserialize_with = "tolerant::option")]
    pub(crate) time_zone: Option<String>,
    #[serde(deserialize_with = "tolerant::option")]
    pub(crate) preferred_language: Option<String>,
    #[serde(deserialize_with = "tolerant::option")]
    pub(crate) manager_first_name: Option<String>,
    #[serde(deserialize_with = "tolerant::option")]
    pub(crate) manager_last_name: Option<String>,
    #[serde(deserialize_with = "tolerant::option")]
    pub(crate) manager_email: Option<String>,
    pub(crate) create_time: Option<Timestamp>,
    pub(crate) update_time: Option<Timestamp>,
    #[serde(deserialize_with = "tolerant::list")]
    pub(crate) custom_field_values: Vec<TargetUserCustomFieldValueDto>,
}

impl UserRow {
    pub(crate) fn user_status(&self) -> UserStatus {
        UserStatus::read(self.is_deleted == Some(true), self.status.as_deref())
    }

    /// The synchronisation that owns the user. The service names it, or an empty text for none.
    pub(crate) fn managed_by(&self) -> Option<&str> {
        let names = [&self.scim_setting_name, &self.ldap_config_name];
        let mut names = names.into_iter().flatten().map(|name| name.trim());
        names.find(|name| !name.is_empty())
    }
}

impl<'de> Deserialize<'de> for UserRow {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<UserRow, D::Error> {
        input.deserialize_map(RowVisitor)
    }
}

struct RowVisitor;

impl<'de> Visitor<'de> for RowVisitor {
    type Value = UserRow;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a user")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<UserRow, A::Error> {
        let mut properties = RowProperties::default();
        let keys = NotedKeys::new(map, &mut properties);
        // The function of the derived implementation.
        let row = UserRow::deserialize(MapAccessDeserializer::new(keys))?;
        Ok(UserRow { properties, ..row })
    }
}

fn text<'de, D: Deserializer<'de>>(input: D) -> Result<String, D::Error> {
    tolerant::option(input).map(Option::unwrap_or_default)
}
