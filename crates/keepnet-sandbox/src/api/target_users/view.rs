//! A user in responses: as a row, as a single user, and as a row of an export.

use serde_json::{Value, json};

use crate::call::Call;
use crate::dialect::Dialect;
use crate::search::status_name;
use crate::state::{Company, Directory, Manager, User};

/// A row of a search.
pub(super) fn row(user: &User, company: &Company, call: &Call) -> Value {
    let dialect = call.dialect();
    let mut row = common(user, company);
    // A deleted user can still be Active here, as in the service.
    row["status"] = json!(status_name(user.active));
    row["timeZone"] = json!(user.time_zone.map(|zone| &zone.display_name));
    row["preferredLanguage"] = json!(user.language.map(|language| &language.name));
    row["createTime"] = json!(dialect.timestamp(user.created));
    row["updateTime"] = json!(user.updated.map(|at| dialect.timestamp(at)));
    row["isEditable"] = json!(user.directory.is_none());
    let named = |directory, name| json!((user.directory == Some(directory)).then_some(name));
    row["scimSettingName"] = named(Directory::Scim, "SCIM");
    row["ldapConfigName"] = named(Directory::Ldap, "LDAP");
    if dialect.has_undocumented_properties() {
        row["isDeleted"] = json!(user.deleted);
        add_manager(&mut row, user.manager.as_deref());
    } else if user.deleted {
        // The document has no flag for this; the documentation names Deleted as a third status.
        row["status"] = json!("Deleted");
    }
    if let Some(row) = row.as_object_mut() {
        let omitted = &call.rules().omitted_from_user_rows;
        row.retain(|name, _| !omitted.contains(&name.as_str()));
    }
    row
}

/// A single user: with ids where a row has texts.
pub(super) fn detail(user: &User, company: &Company) -> Value {
    let mut detail = common(user, company);
    detail["isActive"] = json!(user.active);
    detail["timeZoneId"] = json!(user.time_zone.map(|zone| &zone.id));
    detail["preferredLanguageId"] = json!(user.language.map(|language| &language.id));
    add_manager(&mut detail, user.manager.as_deref());
    detail
}

/// A row of a lookup by ids, whose status is a number.
pub(super) fn contact(number: usize, user: &User) -> Value {
    json!({
        "id": number,
        "resourceId": user.id.to_string(),
        "email": user.email,
        "firstName": user.first_name,
        "lastName": user.last_name,
        "phoneNumber": user.phone_number,
        "isDeleted": user.deleted,
        "status": i32::from(user.active),
    })
}

/// The properties that a row and a single user share.
fn common(user: &User, company: &Company) -> Value {
    json!({
        "resourceId": user.id.to_string(),
        "email": user.email,
        "firstName": user.first_name,
        "lastName": user.last_name,
        "department": user.department,
        "phoneNumber": user.phone_number,
        "priority": user.priority.name(),
        "customFieldValues": custom_values(user, company),
    })
}

/// The column headers of an export.
pub(super) fn export_headers(company: &Company) -> Vec<String> {
    let built_in = [
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
    let built_in = built_in.into_iter().map(str::to_owned);
    built_in.chain(custom).collect()
}

pub(super) fn export_row(user: &User, company: &Company, dialect: Dialect) -> Vec<String> {
    let time_zone = user.time_zone.map_or("", |zone| &zone.display_name);
    let language = user.language.map_or("", |language| &language.name);
    let created = dialect.timestamp(user.created);
    let built_in = [
        &*user.first_name,
        &user.last_name,
        &user.email,
        &user.phone_number,
        &user.department,
        time_zone,
        user.priority.name(),
        language,
        if user.deleted {
            "Deleted"
        } else {
            status_name(user.active)
        },
        &created,
    ];
    let custom = company
        .custom_fields
        .iter()
        .map(|field| user.custom_value(field.id).unwrap_or_default());
    built_in
        .into_iter()
        .chain(custom)
        .map(str::to_owned)
        .collect()
}

/// Adds the properties of a manager; they are null for a user without one.
pub(in crate::api) fn add_manager(json: &mut Value, manager: Option<&Manager>) {
    json["managerFirstName"] = json!(manager.map(|manager| &manager.first_name));
    json["managerLastName"] = json!(manager.map(|manager| &manager.last_name));
    json["managerEmail"] = json!(manager.map(|manager| &manager.email));
    json["managerFullName"] = json!(manager.map(Manager::full_name));
}

fn custom_values(user: &User, company: &Company) -> Value {
    let values = company.custom_fields.iter().filter_map(|field| {
        let value = user.custom_value(field.id)?;
        Some(json!({
            "resourceId": field.id.to_string(),
            "name": field.name,
            "dataType": field.data_type,
            "value": value,
            "timestampValue": null,
        }))
    });
    values.collect()
}
