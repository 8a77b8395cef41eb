//! A user as rows, filters and exports see one.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use crate::clock;
use crate::dialect::Dialect;
use crate::filter::Datum;
use crate::resource_id::ResourceId;
use crate::state::{Company, User};

/// What a search can filter and sort by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UserField {
    FirstName,
    LastName,
    Email,
    PhoneNumber,
    Department,
    Priority,
    Status,
    TimeZone,
    Language,
    LanguageName,
    ManagerName,
    ManagerFirstName,
    ManagerLastName,
    ManagerEmail,
    Created,
    Updated,
    JoinedInMonth,
    Deleted,
    Custom(ResourceId),
}

/// The fields that free text is looked for in.
pub(super) const FREE_TEXT: &[UserField] = &[
    UserField::FirstName,
    UserField::LastName,
    UserField::Email,
    UserField::PhoneNumber,
    UserField::Department,
];

impl UserField {
    /// By name, without regard to case; a custom field goes by its own name.
    pub(super) fn parse(name: &str, company: &Company) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "firstname" => Self::FirstName,
            "lastname" => Self::LastName,
            "email" => Self::Email,
            "phonenumber" => Self::PhoneNumber,
            "department" => Self::Department,
            "priority" => Self::Priority,
            "status" => Self::Status,
            "timezoneid" => Self::TimeZone,
            "preferredlanguageid" => Self::Language,
            "preferredlanguage" => Self::LanguageName,
            "managerfullname" => Self::ManagerName,
            "managerfirstname" => Self::ManagerFirstName,
            "managerlastname" => Self::ManagerLastName,
            "manageremail" => Self::ManagerEmail,
            "createtime" => Self::Created,
            "updatetime" => Self::Updated,
            "monthlyactiveuser" => Self::JoinedInMonth,
            "isdeleted" => Self::Deleted,
            _ => Self::Custom(company.custom_field(name)?.id),
        })
    }

    pub(super) fn sortable(&self) -> bool {
        !matches!(
            self,
            Self::Custom(_) | Self::Deleted | Self::JoinedInMonth | Self::Language
        )
    }

    /// The language of a row can be sorted by, but not searched for.
    pub(super) fn breaks_free_text(&self) -> bool {
        matches!(self, Self::LanguageName)
    }

    pub(super) fn read<'r>(self, user: &'r User) -> Datum<'r> {
        let manager = user.manager.as_deref();
        match self {
            Self::FirstName => Datum::text(&user.first_name),
            Self::LastName => Datum::text(&user.last_name),
            Self::Email => Datum::text(&user.email),
            Self::PhoneNumber => Datum::text(&user.phone_number),
            Self::Department => Datum::text(&user.department),
            Self::Priority => Datum::Named {
                name: user.priority.name(),
                code: user.priority as i64,
            },
            Self::Status => Datum::Named {
                name: status(user),
                code: i64::from(user.active),
            },
            Self::TimeZone => user
                .time_zone
                .map_or(Datum::Blank, |zone| Datum::text(zone.id)),
            Self::Language => user
                .language
                .map_or(Datum::Blank, |language| Datum::text(language.id)),
            Self::LanguageName => user
                .language
                .map_or(Datum::Blank, |language| Datum::text(language.name)),
            Self::ManagerName => manager.map_or(Datum::Blank, |manager| {
                Datum::Text(Cow::Owned(manager.full_name()))
            }),
            Self::ManagerFirstName => {
                manager.map_or(Datum::Blank, |manager| Datum::text(&manager.first_name))
            }
            Self::ManagerLastName => {
                manager.map_or(Datum::Blank, |manager| Datum::text(&manager.last_name))
            }
            Self::ManagerEmail => {
                manager.map_or(Datum::Blank, |manager| Datum::text(&manager.email))
            }
            Self::Created => Datum::Time(user.created),
            Self::Updated => user.updated.map_or(Datum::Blank, Datum::Time),
            Self::JoinedInMonth => Datum::Text(Cow::Owned(clock::month(user.created))),
            Self::Deleted => Datum::Flag(user.deleted),
            Self::Custom(field) => user.custom_value(field).map_or(Datum::Blank, Datum::text),
        }
    }
}

/// A row of a search.
pub(super) fn row(user: &User, company: &Company, dialect: Dialect) -> Value {
    let mut row = json!({
        "resourceId": user.id.to_string(),
        "email": user.email,
        "firstName": user.first_name,
        "lastName": user.last_name,
        "department": user.department,
        "phoneNumber": user.phone_number,
        "priority": user.priority.name(),
        "status": status(user),
        "timeZone": user.time_zone.map(|zone| zone.display_name),
        "preferredLanguage": user.language.map(|language| language.name),
        "createTime": dialect.timestamp(user.created),
        "updateTime": dialect.optional_timestamp(user.updated),
        "customFieldValues": custom_values(user, company),
        "isEditable": !user.scim,
        "scimSettingName": user.scim.then_some("SCIM"),
        "ldapConfigName": null,
    });
    if dialect.shows_undocumented() {
        row["isDeleted"] = Value::Bool(user.deleted);
        if let Some(row) = row.as_object_mut() {
            add_manager(row, user);
        }
    } else if user.deleted {
        // The document has no flag for it; its pages name Deleted as a third status.
        row["status"] = json!("Deleted");
    }
    row
}

/// A single user: ids in place of the texts that a row shows.
pub(super) fn detail(user: &User, company: &Company) -> Value {
    let mut detail = json!({
        "resourceId": user.id.to_string(),
        "email": user.email,
        "firstName": user.first_name,
        "lastName": user.last_name,
        "department": user.department,
        "priority": user.priority.name(),
        "isActive": user.active,
        "customFieldValues": custom_values(user, company),
        "phoneNumber": user.phone_number,
        "timeZoneId": user.time_zone.map(|zone| zone.id),
        "preferredLanguageId": user.language.map(|language| language.id),
    });
    if let Some(detail) = detail.as_object_mut() {
        add_manager(detail, user);
    }
    detail
}

/// The columns of an export.
pub(super) fn export_headers(company: &Company) -> Vec<String> {
    let fixed = [
        "First Name",
        "Last Name",
        "Email",
        "Phone Number",
        "Department",
        "Time Zone",
        "Priority",
        "Preferred Language",
        "Status",
        "Created",
    ];
    let custom = company.custom_fields.iter().map(|field| field.name.clone());
    fixed.into_iter().map(str::to_owned).chain(custom).collect()
}

/// A line of an export.
pub(super) fn export_line(user: &User, company: &Company, dialect: Dialect) -> Vec<String> {
    let created = match dialect {
        Dialect::Documented => clock::iso(user.created),
        Dialect::Observed => clock::day_first(user.created),
    };
    let fixed = [
        user.first_name.to_string(),
        user.last_name.to_string(),
        user.email.to_string(),
        user.phone_number.to_string(),
        user.department.to_string(),
        user.time_zone
            .map_or_else(String::new, |zone| zone.display_name.to_owned()),
        user.priority.name().to_owned(),
        user.language
            .map_or_else(String::new, |language| language.name.to_owned()),
        if user.deleted {
            "Deleted"
        } else {
            status(user)
        }
        .to_owned(),
        created,
    ];
    let custom = company
        .custom_fields
        .iter()
        .map(|field| user.custom_value(field.id).unwrap_or_default().to_owned());
    fixed.into_iter().chain(custom).collect()
}

/// A deleted user can still say Active here, as in the service.
fn status(user: &User) -> &'static str {
    if user.active { "Active" } else { "Inactive" }
}

fn add_manager(row: &mut Map<String, Value>, user: &User) {
    let manager = user.manager.as_deref();
    row.insert(
        "managerFirstName".to_owned(),
        json!(manager.map(|manager| &manager.first_name)),
    );
    row.insert(
        "managerLastName".to_owned(),
        json!(manager.map(|manager| &manager.last_name)),
    );
    row.insert(
        "managerEmail".to_owned(),
        json!(manager.map(|manager| &manager.email)),
    );
    row.insert(
        "managerFullName".to_owned(),
        json!(manager.map(|manager| manager.full_name())),
    );
}

fn custom_values(user: &User, company: &Company) -> Value {
    let set = company
        .custom_fields
        .iter()
        .filter_map(|field| Some((field, user.custom_value(field.id)?)));
    set.map(|(field, value)| {
        json!({
            "resourceId": field.id.to_string(),
            "name": field.name,
            "dataType": field.data_type,
            "value": value,
            "timestampValue": null,
        })
    })
    .collect()
}
