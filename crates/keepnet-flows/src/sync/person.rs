//! A person of the company, as a search lists them.

use keepnet_staff_list::{Field, header_key, normalize_email, trim_invisible, validate_value};
use sha2::{Digest as _, Sha256};

use crate::users::{UserRow, UserStatus};

/// The value of a field that the company has, if any.
pub(crate) fn value_of<'a>(person: &'a UserRow, field: &Field) -> Option<&'a str> {
    let value = match field {
        Field::Email => Some(person.email.as_str()),
        Field::FirstName => person.first_name.as_deref(),
        Field::LastName => person.last_name.as_deref(),
        Field::PhoneNumber => person.phone_number.as_deref(),
        Field::Department => person.department.as_deref(),
        Field::TimeZone => person.time_zone.as_deref(),
        Field::Priority => person.priority.as_deref(),
        Field::PreferredLanguage => person.preferred_language.as_deref(),
        Field::ManagerFirstName => person.manager_first_name.as_deref(),
        Field::ManagerLastName => person.manager_last_name.as_deref(),
        Field::ManagerEmail => person.manager_email.as_deref(),
        Field::Custom(name) => {
            let mut values = person.custom_field_values.iter();
            let is_field = |it: &str| header_key(it) == header_key(name);
            let value = values.find(|value| value.name.as_deref().is_some_and(is_field));
            value.and_then(|value| {
                let timestamp = value.timestamp_value.as_ref().map(|time| time.as_str());
                // A date is in this property, and its text in the order of the account.
                timestamp
                    .filter(|it| !it.is_empty())
                    .or(value.value.as_deref())
            })
        }
        _ => None,
    };
    value.map(trim_invisible).filter(|value| !value.is_empty())
}

/// The e-mail address of a person, as the service compares it.
pub(crate) fn address_of(person: &UserRow) -> String {
    let address = trim_invisible(&person.email);
    // As an address of the list is cleaned; one that is none is compared as it is.
    let cleaned = validate_value(&Field::Email, address).unwrap_or(address.into());
    normalize_email(&cleaned).into_owned()
}

/// Whether an identity provider owns the person, or the service does not allow to edit them.
pub(crate) fn is_managed(person: &UserRow) -> bool {
    person.managed_by().is_some() || person.is_editable == Some(false)
}

/// Whether the person is deleted.
pub(crate) fn is_deleted(person: &UserRow) -> bool {
    person.user_status() == UserStatus::Deleted
}

/// Whether a person takes part. A word that is not known counts as active, so that nobody is taken for
/// one who has left already.
pub(crate) fn is_active(person: &UserRow) -> bool {
    !is_deleted(person) && person.user_status() != UserStatus::Inactive
}

/// Identifies what the service lists of a person. `salt` keeps two plans from being compared.
pub(crate) fn digest_of(person: &UserRow, salt: &str) -> String {
    let mut hash = Sha256::new();
    let mut add = |text: &str| {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    };
    let status = person.user_status();
    for text in [salt, &person.resource_id, &person.email, status.as_str()] {
        add(text);
    }
    for field in &Field::BUILT_IN {
        add(value_of(person, field).unwrap_or_default());
    }
    add(person.managed_by().unwrap_or_default());
    add(&format!("{:?}", person.is_editable));
    let values = person.custom_field_values.iter();
    let mut values: Vec<_> = values.map(|it| (&it.resource_id, &it.name)).collect();
    values.sort();
    for (id, name) in values {
        let name = name.as_deref().unwrap_or_default();
        add(id.as_deref().unwrap_or_default());
        let field = Field::Custom(name.to_owned());
        add(value_of(person, &field).unwrap_or_default());
    }
    let digest = hash.finalize();
    digest
        .iter()
        .take(12)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
