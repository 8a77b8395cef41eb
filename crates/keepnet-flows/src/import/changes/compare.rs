//! Comparing a row with the user whom it would update.

use keepnet_staff_list::{Field, Priority, header_key, trim_invisible};

use super::import_changes::{ChangedField, ChangedUser, ImportChanges};
use super::sheet_rows::SheetRow;
use crate::same_text::is_same_text;
use crate::users::User;

impl ImportChanges {
    /// Compares a row with the user whom it would update, and counts the result.
    pub(super) fn compare(&mut self, row: SheetRow, user: &User) {
        let mut changed = Vec::new();
        let mut is_emptied = false;
        for (field, new) in row.values {
            let counts = self.fields.iter_mut().find(|it| it.field == field);
            let Some(counts) = counts else { continue };
            match value(user, &field) {
                None if new.is_empty() => {}
                Some(_) if new.is_empty() => {
                    counts.emptied += 1;
                    is_emptied = true;
                }
                Some(old) if is_same(&field, old, &new) => {}
                old => {
                    counts.changed += 1;
                    let old = old.map(str::to_owned);
                    changed.push(ChangedField { field, old, new });
                }
            }
        }
        self.emptied += u64::from(is_emptied);
        if changed.is_empty() {
            self.unchanged += 1;
            return;
        }
        self.changed += 1;
        self.rows.push(ChangedUser {
            row: row.number,
            id: user.id.clone(),
            email: user.email.clone(),
            fields: changed,
        });
    }
}

/// The value that the company has, if any.
fn value<'a>(user: &'a User, field: &Field) -> Option<&'a str> {
    let value = match field {
        Field::FirstName => user.first_name.as_deref(),
        Field::LastName => user.last_name.as_deref(),
        Field::PhoneNumber => user.phone_number.as_deref(),
        Field::Department => user.department.as_deref(),
        Field::TimeZone => user.time_zone.as_deref(),
        Field::Priority => user.priority.as_deref(),
        Field::PreferredLanguage => user.preferred_language.as_deref(),
        Field::Custom(name) => {
            let mut values = user.custom_fields.iter();
            let value = values.find(|value| header_key(&value.name) == header_key(name));
            value.and_then(|value| value.value.as_deref())
        }
        // The e-mail address identifies the person, and the service does not list managers.
        _ => None,
    };
    value.map(trim_invisible).filter(|value| !value.is_empty())
}

fn is_same(field: &Field, old: &str, new: &str) -> bool {
    match field {
        // The new priority is normalized; the old one may be in another spelling.
        Field::Priority => old.parse::<Priority>() == new.parse(),
        Field::TimeZone | Field::PreferredLanguage => old.to_lowercase() == new.to_lowercase(),
        _ => is_same_text(old, new),
    }
}
