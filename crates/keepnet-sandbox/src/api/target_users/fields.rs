//! The fields that a search for users can name.

use std::borrow::Cow;

use crate::clock;
use crate::resource_id::ResourceId;
use crate::rules::Rules;
use crate::search::{FieldValue, Getter, SearchFields};
use crate::state::{Company, Manager, User};

/// The fields that are searched for the free text of a filter.
pub(in crate::api) const FREE_TEXT: [&str; 5] = [
    "firstname",
    "lastname",
    "email",
    "phonenumber",
    "department",
];

#[derive(Clone, Copy)]
pub(super) enum UserField {
    BuiltIn(Getter<User>),
    Custom(ResourceId),
}

impl UserField {
    pub(super) fn read<'u>(&self, user: &'u User) -> FieldValue<'u> {
        match self {
            Self::BuiltIn(getter) => getter(user),
            Self::Custom(id) => FieldValue::optional_text(user.custom_value(*id)),
        }
    }
}

pub(super) fn user_fields<'a>(company: &'a Company, rules: &Rules) -> SearchFields<'a, UserField> {
    let find = |name: &str| match find_built_in(name) {
        Some(getter) => Some(UserField::BuiltIn(getter)),
        None => Some(UserField::Custom(company.custom_field_by_name(name)?.id)),
    };
    SearchFields {
        is_sortable: |name| {
            find_built_in(name).is_some()
                && !matches!(
                    name,
                    "isdeleted" | "monthlyactiveuser" | "preferredlanguageid"
                )
        },
        // The service can sort by the name of the language, but fails to search for it.
        fails_in_or_group: |name| name == "preferredlanguage",
        ..SearchFields::new(find, &FREE_TEXT, rules)
    }
}

fn find_built_in(name: &str) -> Option<Getter<User>> {
    Some(match name {
        "firstname" => |user| FieldValue::text(&user.first_name),
        "lastname" => |user| FieldValue::text(&user.last_name),
        "email" => |user| FieldValue::text(&user.email),
        "phonenumber" => |user| FieldValue::text(&user.phone_number),
        "department" => |user| FieldValue::text(&user.department),
        "priority" => |user| FieldValue::named(user.priority.name(), user.priority as i64),
        "status" => |user| FieldValue::status(user.active),
        "timezoneid" => |user| FieldValue::optional_text(user.time_zone.map(|zone| &*zone.id)),
        "preferredlanguageid" => {
            |user| FieldValue::optional_text(user.language.map(|language| &*language.id))
        }
        "preferredlanguage" => {
            |user| FieldValue::optional_text(user.language.map(|language| &*language.name))
        }
        "managerfullname" => |user| match &user.manager {
            Some(manager) => FieldValue::Text(Cow::Owned(manager.full_name())),
            None => FieldValue::Blank,
        },
        "managerfirstname" => |user| manager_text(user, |manager| &manager.first_name),
        "managerlastname" => |user| manager_text(user, |manager| &manager.last_name),
        "manageremail" => |user| manager_text(user, |manager| &manager.email),
        "createtime" => |user| FieldValue::Time(user.created),
        "updatetime" => |user| user.updated.map_or(FieldValue::Blank, FieldValue::Time),
        // The month in which the user was created.
        "monthlyactiveuser" => {
            |user| FieldValue::Text(Cow::Owned(clock::format_month(user.created)))
        }
        "isdeleted" => |user| FieldValue::Flag(user.deleted),
        _ => return None,
    })
}

fn manager_text(user: &User, read: fn(&Manager) -> &str) -> FieldValue<'_> {
    FieldValue::optional_text(user.manager.as_deref().map(read))
}
