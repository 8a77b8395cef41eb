//! The whole record of a user, as an update sends it.

use keepnet_client::types::{
    TargetUserCustomFieldValueDto, TargetUserDto, UpdateTargetUserRequest,
};
use keepnet_staff_list::{DataType, Field, Priority, header_key};

use super::doubt::UpdateDoubt;
use crate::lenient_json::path_id;
use crate::users::lookups::{UserLookups, custom_value};
use crate::users::row::UserRow;
use crate::users::row_properties::RowProperties;
use crate::{Company, Error, ErrorKind, Result};

/// The whole record of a user. An update of the service replaces the record, and what it does with a
/// missing property is unproven; a missing `isActive` may deactivate. So everything is sent.
#[derive(Clone, Default)]
pub(crate) struct UserRecord {
    id: String,
    email: String,
    first_name: Option<String>,
    last_name: Option<String>,
    department: Option<String>,
    phone_number: String,
    priority: Option<String>,
    is_active: Option<bool>,
    time_zone_id: Option<String>,
    language_id: Option<String>,
    manager: Manager,
    custom_values: Vec<CustomItem>,
    unresolved: Vec<Field>,
}

#[derive(Clone, Default)]
struct Manager {
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
}

#[derive(Clone)]
struct CustomItem {
    id: String,
    name: String,
    data_type: DataType,
    value: String,
}

impl UserRecord {
    /// The record of a row of a search; [`unresolved`](Self::unresolved) says which values are not
    /// known. A row has the texts of time zone and language, whose ids are in the lookups. `shown` has
    /// the properties that a row lacks only if they are null, because other rows of the listing have them.
    pub(crate) fn from_row(
        row: &UserRow,
        lookups: &UserLookups,
        shown: RowProperties,
    ) -> UserRecord {
        let time_zone = filled(row.time_zone.as_deref());
        let time_zone_id = time_zone.and_then(|text| lookups.time_zone_of_row(text));
        let language = filled(row.preferred_language.as_deref());
        let language_id = language.and_then(|text| lookups.language_of_row(text));
        let mut unresolved: Vec<Field> = row.properties.or(shown).missing().collect();
        if time_zone.is_some() && time_zone_id.is_none() {
            unresolved.push(Field::TimeZone);
        }
        if language.is_some() && language_id.is_none() {
            unresolved.push(Field::PreferredLanguage);
        }
        let custom_values = custom_items(&row.custom_field_values, &mut unresolved);
        UserRecord {
            id: row.resource_id.clone(),
            email: row.email.clone(),
            first_name: row.first_name.clone(),
            last_name: row.last_name.clone(),
            department: row.department.clone(),
            phone_number: row.phone_number.clone().unwrap_or_default(),
            priority: row.priority.as_deref().and_then(priority_word),
            is_active: row.user_status().is_active(),
            time_zone_id: time_zone_id.map(str::to_owned),
            language_id: language_id.map(str::to_owned),
            manager: Manager {
                first_name: row.manager_first_name.clone(),
                last_name: row.manager_last_name.clone(),
                email: row.manager_email.clone(),
            },
            custom_values,
            unresolved,
        }
    }

    /// The record of a single user, which has the ids.
    pub(crate) fn from_single(user: TargetUserDto) -> UserRecord {
        let mut unresolved = Vec::new();
        let items = user.custom_field_values.unwrap_or_default();
        let custom_values = custom_items(&items, &mut unresolved);
        UserRecord {
            id: user.resource_id.unwrap_or_default(),
            email: user.email.unwrap_or_default(),
            first_name: user.first_name,
            last_name: user.last_name,
            department: user.department,
            phone_number: user.phone_number.unwrap_or_default(),
            priority: user
                .priority
                .and_then(|priority| priority_word(&priority.0)),
            is_active: user.is_active,
            time_zone_id: user.time_zone_id.filter(|id| !id.trim().is_empty()),
            language_id: (user.preferred_language_id).filter(|id| !id.trim().is_empty()),
            manager: Manager {
                first_name: user.manager_first_name,
                last_name: user.manager_last_name,
                email: user.manager_email,
            },
            custom_values,
            unresolved,
        }
    }

    /// Notes that time zone or language are not known, if a row shows one and the record has no id of it:
    /// a null in an update may clear the value.
    pub(crate) fn require_shown(&mut self, time_zone: Option<&str>, language: Option<&str>) {
        let shown = [
            (Field::TimeZone, time_zone),
            (Field::PreferredLanguage, language),
        ];
        for (field, text) in shown {
            if filled(text).is_some() && self.value(&field).is_none() {
                self.unresolved.push(field);
            }
        }
    }

    /// The fields with a value that the service may refuse in an update because of its length.
    pub(crate) fn doubts(&self) -> Vec<(Field, UpdateDoubt)> {
        let doubt = |field: &Field| {
            let doubt = UpdateDoubt::of_length(field, self.value(field)?)?;
            Some((field.clone(), doubt))
        };
        Field::BUILT_IN.iter().filter_map(doubt).collect()
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// The fields whose value is not known: the row lacks the property, the text is in no lookup, or a
    /// custom value has no id or type. A record with such fields cannot be sent: fetch the single user
    /// instead.
    pub(crate) fn unresolved(&self) -> &[Field] {
        &self.unresolved
    }

    /// Whether the user is active; `None` if the service did not say it.
    pub(crate) fn is_active(&self) -> Option<bool> {
        self.is_active
    }

    pub(crate) fn set_active(&mut self, active: bool) {
        self.is_active = Some(active);
    }

    /// The value of a field; of time zone and language the id. `None` if there is none.
    pub(crate) fn value(&self, field: &Field) -> Option<&str> {
        let value = match field {
            Field::Email => Some(self.email.as_str()),
            Field::FirstName => self.first_name.as_deref(),
            Field::LastName => self.last_name.as_deref(),
            Field::FullName => None,
            Field::PhoneNumber => Some(self.phone_number.as_str()),
            Field::Department => self.department.as_deref(),
            Field::TimeZone => self.time_zone_id.as_deref(),
            Field::Priority => self.priority.as_deref(),
            Field::PreferredLanguage => self.language_id.as_deref(),
            Field::ManagerFirstName => self.manager.first_name.as_deref(),
            Field::ManagerLastName => self.manager.last_name.as_deref(),
            Field::ManagerEmail => self.manager.email.as_deref(),
            Field::Custom(name) => {
                let mut items = self.custom_values.iter();
                let item = items.find(|item| header_key(&item.name) == header_key(name));
                item.map(|item| item.value.as_str())
            }
            _ => None,
        };
        filled(value)
    }

    /// Sets a field to a value that has been [validated](keepnet_staff_list::validate_value). Time
    /// zones and languages are given by text or id. An empty value clears the field; whether the
    /// service clears it is unproven.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`] if the company has no such time zone, language or custom field, and for a
    /// field that the service does not store.
    pub(crate) fn set(&mut self, field: &Field, value: &str, lookups: &UserLookups) -> Result<()> {
        let text = || Some(value.to_owned());
        match field {
            Field::Email => self.email = value.to_owned(),
            Field::FirstName => self.first_name = text(),
            Field::LastName => self.last_name = text(),
            Field::PhoneNumber => self.phone_number = value.to_owned(),
            Field::Department => self.department = text(),
            Field::Priority => self.priority = priority_word(value),
            Field::TimeZone => {
                self.time_zone_id = Some(match value {
                    "" => String::new(),
                    text => lookups.time_zone(text)?.to_owned(),
                });
            }
            Field::PreferredLanguage => {
                self.language_id = Some(match value {
                    "" => String::new(),
                    text => lookups.language(text)?.to_owned(),
                });
            }
            Field::ManagerFirstName => self.manager.first_name = text(),
            Field::ManagerLastName => self.manager.last_name = text(),
            Field::ManagerEmail => self.manager.email = text(),
            Field::Custom(name) => {
                let field = lookups.custom_field(name)?;
                self.custom_values.retain(|item| item.id != field.id);
                self.custom_values.push(CustomItem {
                    id: field.id.clone(),
                    name: field.name.clone(),
                    data_type: field.data_type.clone(),
                    value: value.to_owned(),
                });
            }
            _ => {
                let problem = format!("the service does not store the field {}", field.label());
                return Err(Error::new(ErrorKind::Invalid, problem));
            }
        }
        self.unresolved.retain(|unresolved| unresolved != field);
        Ok(())
    }

    /// The body of the update.
    ///
    /// # Errors
    ///
    /// If the service did not say whether the user is active or which priority they have, or if a field
    /// is [unresolved](Self::unresolved): what would be sent instead would change the user.
    pub(crate) fn request(&self) -> Result<UpdateTargetUserRequest> {
        if let Some(field) = self.unresolved.first() {
            let what = match field {
                Field::Custom(name) if name.is_empty() => {
                    "the custom fields of the user".to_owned()
                }
                field => format!("the {} of the user", field.label()),
            };
            let problem =
                format!("the service does not say {what} in a form that can be sent back");
            return Err(Error::new(ErrorKind::Protocol, problem));
        }
        let unknown = |what: &str| {
            let problem = format!("the service does not say {what}");
            Error::new(ErrorKind::Protocol, problem)
        };
        let is_active = self.is_active;
        let is_active = is_active.ok_or_else(|| unknown("whether the user is active"))?;
        let priority = self.priority.as_deref();
        let priority = priority.ok_or_else(|| unknown("which priority the user has"))?;
        let items = self.custom_values.iter();
        let items = items.map(|item| custom_value(&item.id, &item.data_type, &item.value));
        let mut body = UpdateTargetUserRequest::default()
            .email(&self.email)
            .is_active(is_active)
            .priority(priority)
            .phone_number(&self.phone_number)
            .custom_fields(items.collect::<Vec<_>>());
        body.first_name.clone_from(&self.first_name);
        body.last_name.clone_from(&self.last_name);
        body.department.clone_from(&self.department);
        body.time_zone_id.clone_from(&self.time_zone_id);
        body.preferred_language_id.clone_from(&self.language_id);
        body.manager_first_name.clone_from(&self.manager.first_name);
        body.manager_last_name.clone_from(&self.manager.last_name);
        body.manager_email.clone_from(&self.manager.email);
        Ok(body)
    }
}

/// Fetches the record of a single user.
///
/// # Errors
///
/// [`ErrorKind::NotFound`] if the company has no such user, and if the call fails.
pub(crate) async fn fetch_record(company: &Company, id: &str) -> Result<UserRecord> {
    let id = user_id(id)?;
    let user = company.raw().get_target_user(&id).await?;
    if user.resource_id.as_deref() != Some(&id) {
        let problem = "the service returned another user than the one that was asked for";
        return Err(Error::new(ErrorKind::Protocol, problem));
    }
    Ok(UserRecord::from_single(user))
}

/// Writes the record, with one request.
///
/// The update leaves the same state if it is sent twice, so the client repeats it.
///
/// # Errors
///
/// Those of [`UserRecord::request`], before anything is sent, and if the call fails.
pub(crate) async fn put(company: &Company, record: &UserRecord) -> Result<()> {
    let id = user_id(&record.id)?;
    let body = record.request()?;
    let call = company.raw().update_target_user(&id, &body);
    call.optional().await.map(drop)
}

/// The id of a user, if it is safe in a path.
pub(super) fn user_id(id: &str) -> Result<String> {
    let id = path_id(Some(id.to_owned()));
    id.ok_or_else(|| Error::new(ErrorKind::Invalid, "the user has no usable id"))
}

/// The priority as a request has it. Rows may write it with a space.
fn priority_word(text: &str) -> Option<String> {
    let text = filled(Some(text))?;
    let known = text.parse().map(Priority::wire_name);
    Some(known.unwrap_or(text).to_owned())
}

/// The values that are sent again. The web client of the service reads days and times from the member
/// `timestampValue`, and leaves out fields without a value. A value that cannot be sent again as it is,
/// because it has no id, or both members and no type, is added to `unresolved`.
fn custom_items(
    values: &[TargetUserCustomFieldValueDto],
    unresolved: &mut Vec<Field>,
) -> Vec<CustomItem> {
    let mut items = Vec::with_capacity(values.len());
    for item in values {
        let timestamp = filled(item.timestamp_value.as_ref().map(|time| time.as_str()));
        let text = filled(item.value.as_deref());
        let name = item.name.clone().unwrap_or_default();
        let data_type = match (item.data_type.as_deref(), timestamp) {
            (Some(word), _) => DataType::from(word),
            (None, None) => DataType::from("String"),
            (None, Some(_)) if text.is_none() || text == timestamp => DataType::DateTime,
            (None, Some(_)) => {
                unresolved.push(Field::Custom(name));
                continue;
            }
        };
        let value = match data_type {
            DataType::Date | DataType::DateTime => timestamp.or(text),
            _ => text.or(timestamp),
        };
        match (value, &item.resource_id) {
            (Some(value), Some(id)) => items.push(CustomItem {
                id: id.clone(),
                name,
                data_type,
                value: value.to_owned(),
            }),
            (Some(_), None) => unresolved.push(Field::Custom(name)),
            (None, _) => {}
        }
    }
    items
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}
