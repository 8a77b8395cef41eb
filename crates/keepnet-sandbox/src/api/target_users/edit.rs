//! Creating, reading, changing and deleting one user.

use serde_json::Value;

use super::view;
use crate::api::validation::BodyValidator;
use crate::api::{email, groups};
use crate::call::Call;
use crate::http::{ApiError, HandlerResult, JsonObject, Reply};
use crate::reference;
use crate::resource_id::ResourceId;
use crate::rules::Rules;
use crate::state::{Company, Manager, Priority, State, User, UserIndex, UserText};

/// The longest name, department and custom value, in characters.
const MAX_TEXT_LENGTH: usize = 256;

/// Handles `POST /api/target-users`.
pub(crate) fn create(state: &mut State, call: &Call) -> HandlerResult {
    let body = call.body()?;
    let company = &mut state.companies[call.company];
    let user = User::new(ResourceId::default(), "", call.now());
    let mut user = apply_body(user, body, company, call.rules())?;
    let groups = groups::find_selected(body, company)?;
    if let Some(index) = company.people.find_email(&user.email) {
        if call.rules().reject_duplicate_email {
            return Err(ApiError::input(
                "A user with this e-mail address already exists",
            ));
        }
        return Ok(Reply::id(
            company.people[index].id,
            "The user already existed",
        ));
    }
    if call.rules().refuse_beyond_license && user.active && !company.has_seats_for(1) {
        return Err(ApiError::beyond_license());
    }
    user.id = state.ids.next();
    let id = user.id;
    let index = company.people.create(user);
    company.add_to_groups(index, &groups);
    Ok(Reply::id(id, "The user was created"))
}

/// Handles `GET /api/target-users/{resourceId}`.
pub(crate) fn show(state: &mut State, call: &Call) -> HandlerResult {
    let company = &state.companies[call.company];
    let index = call.find("The user", |id| company.people.find(id))?;
    Ok(Reply::data(view::detail(&company.people[index], company)))
}

/// Handles `PUT /api/target-users/{resourceId}`. A property that the body lacks is not changed, but
/// for `isActive`.
pub(crate) fn update(state: &mut State, call: &Call) -> HandlerResult {
    let company = &mut state.companies[call.company];
    let index = find_editable(company, call)?;
    let user = company.people[index].clone();
    let changed = apply_body(user, call.body()?, company, call.rules())?;
    let owner = company.people.find_email(&changed.email);
    if owner.is_some_and(|owner| owner != index) {
        return Err(ApiError::input("Another user has this e-mail address"));
    }
    let id = changed.id;
    company
        .people
        .update(index, call.now(), |user| *user = changed);
    Ok(Reply::id(id, "The user was updated"))
}

/// Handles `DELETE /api/target-users/{resourceId}`. Searches still list the user, marked as deleted.
pub(crate) fn delete(state: &mut State, call: &Call) -> HandlerResult {
    let company = &mut state.companies[call.company];
    let index = find_editable(company, call)?;
    company.people.delete(index, call.now());
    Ok(Reply::id(company.people[index].id, "The user was deleted"))
}

/// Finds the user of the path: 404 if it is deleted, 400 if an identity provider owns it.
fn find_editable(company: &Company, call: &Call) -> Result<UserIndex, ApiError> {
    let index = call.find("The user", |id| company.people.find_undeleted(id))?;
    if company.people[index].scim {
        return Err(ApiError::input(
            "The user belongs to an identity provider and cannot be edited here",
        ));
    }
    Ok(index)
}

/// The user with the properties of the body, if all of them are valid.
fn apply_body(
    mut user: User,
    body: JsonObject<'_>,
    company: &Company,
    rules: &Rules,
) -> Result<User, ApiError> {
    let mut validator = BodyValidator::new(body);
    match validator.optional_text("email", email::MAX_LENGTH)? {
        None => validator.add_problem("email is required"),
        Some(address) if !email::is_valid(address) => {
            validator.add_problem("email is not an e-mail address");
        }
        Some(address) => user.email = address.into(),
    }
    for (name, field) in [
        ("firstName", &mut user.first_name),
        ("lastName", &mut user.last_name),
        ("department", &mut user.department),
    ] {
        if let Some(text) = validator.optional_text(name, MAX_TEXT_LENGTH)? {
            *field = UserText::Owned(text.to_owned());
        }
    }
    let phone_number = validator.optional_text("phoneNumber", MAX_TEXT_LENGTH)?;
    if let Some(phone_number) = phone_number {
        // The service removes the spaces.
        user.phone_number = phone_number.split_whitespace().collect();
    }
    if rules.require_phone_number && phone_number.unwrap_or_default().is_empty() {
        validator.add_problem("phoneNumber is required");
    }
    let mut manager_text = |name: &str, max_length: usize| -> Result<String, ApiError> {
        let text = validator.optional_text(name, max_length)?;
        Ok(text.unwrap_or_default().to_owned())
    };
    let manager = Manager {
        first_name: manager_text("managerFirstName", MAX_TEXT_LENGTH)?,
        last_name: manager_text("managerLastName", MAX_TEXT_LENGTH)?,
        email: manager_text("managerEmail", email::MAX_LENGTH)?,
    };
    // The web client sends all three or none, so one of them replaces the manager.
    let parts = [&manager.first_name, &manager.last_name, &manager.email];
    if parts.iter().any(|part| !part.is_empty()) {
        user.manager = Some(Box::new(manager));
    }
    // The property is neither required nor nullable in the document, so a missing one is false.
    let active = body.flag("isActive")?;
    if rules.require_is_active && active.is_none() {
        validator.add_problem("isActive is required");
    }
    user.active = active.unwrap_or(false);
    match body.text_or_empty("priority")? {
        "" => {}
        name => match Priority::parse(name) {
            Some(priority) => user.priority = priority,
            None => validator.add_problem(format!(
                "priority {name} is not one of VeryLow, Low, Medium, High, VeryHigh"
            )),
        },
    }
    // An empty id removes the time zone or the language.
    if let Some(id) = body.text("timeZoneId")? {
        user.time_zone = reference::find_time_zone(id);
        if user.time_zone.is_none() && !id.is_empty() {
            validator.add_problem("timeZoneId is not in the list of time zones");
        }
    }
    if let Some(id) = body.text("preferredLanguageId")? {
        user.language = reference::find_language_by_id(id);
        if user.language.is_none() && !id.is_empty() {
            validator.add_problem("preferredLanguageId is not in the list of languages");
        }
    }
    for item in body.objects("customFields")? {
        let item = item?;
        let id = item.text_or_empty("resourceId")?.parse().ok();
        let value = match item.get("value") {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        match id.and_then(|id| company.custom_field(id)) {
            None => validator.add_problem("customFields names an unknown field"),
            Some(field) => {
                validator.check_length(&field.name, &value, MAX_TEXT_LENGTH);
                user.set_custom_value(field.id, &value);
            }
        }
    }
    validator.finish()?;
    Ok(user)
}
