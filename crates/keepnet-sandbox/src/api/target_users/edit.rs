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

/// The properties of a manager.
const MANAGER: [&str; 3] = ["managerFirstName", "managerLastName", "managerEmail"];

/// The longest name, department and custom value, in characters.
const MAX_TEXT_LENGTH: usize = 256;

/// How long names and a department may be, in characters.
struct TextLimits {
    name: usize,
    department: usize,
}

impl TextLimits {
    const OF_CREATION: TextLimits = TextLimits {
        name: MAX_TEXT_LENGTH,
        department: MAX_TEXT_LENGTH,
    };

    /// The limits that the document has for an update.
    const OF_UPDATE: TextLimits = TextLimits {
        name: 40,
        department: 64,
    };
}

/// Handles `POST /api/target-users`.
pub(crate) fn create(state: &mut State, call: &Call) -> HandlerResult {
    let body = call.body()?;
    let company = &mut state.companies[call.company];
    let user = User::new(ResourceId::default(), "", call.now());
    let mut user = apply_body(user, body, company, call.rules(), &TextLimits::OF_CREATION)?;
    let groups = groups::find_selected(body, company)?;
    if let Some(index) = company.people.find_email(&user.email) {
        if call.rules().reject_duplicate_email {
            return Err(ApiError::duplicate_email(call.rules()));
        }
        return Ok(Reply::id(
            company.people[index].id,
            "The user already existed",
        ));
    }
    if call.rules().refuse_beyond_license && user.active && !company.has_seats_for(1) {
        return Err(ApiError::beyond_license());
    }
    let deleted = company.people.find_deleted(&user.email);
    let deleted = deleted.filter(|_| call.rules().revive_deleted_users);
    let index = match deleted {
        Some(index) => {
            company.people.update(index, call.now(), |revived| {
                (user.id, user.created) = (revived.id, revived.created);
                *revived = user;
            });
            index
        }
        None => {
            user.id = state.ids.next();
            company.people.create(user)
        }
    };
    let id = company.people[index].id;
    company.add_to_groups(index, &groups);
    Ok(Reply::id(id, "The user was created"))
}

/// Handles `GET /api/target-users/{resourceId}`.
pub(crate) fn show(state: &mut State, call: &Call) -> HandlerResult {
    let company = &state.companies[call.company];
    let index = call.find("The user", |id| company.people.find(id))?;
    Ok(Reply::data(view::detail(&company.people[index], company)))
}

/// Handles `PUT /api/target-users/{resourceId}`. A property that the body lacks is not changed, unless
/// the rules say that it is cleared; but a missing `isActive` deactivates. Groups stay as they are.
pub(crate) fn update(state: &mut State, call: &Call) -> HandlerResult {
    let company = &mut state.companies[call.company];
    let index = find_editable(company, call)?;
    let mut user = company.people[index].clone();
    let was_active = user.active;
    if call.rules().clear_omitted_properties {
        user.clear_optional();
    }
    let limits = match call.rules().limit_updates_as_documented {
        true => TextLimits::OF_UPDATE,
        false => TextLimits::OF_CREATION,
    };
    let changed = apply_body(user, call.body()?, company, call.rules(), &limits)?;
    let is_activated = changed.active && !was_active;
    if call.rules().refuse_beyond_license && is_activated && !company.has_seats_for(1) {
        return Err(ApiError::beyond_license());
    }
    let owner = company.people.find_email(&changed.email);
    if owner.is_some_and(|owner| owner != index) {
        return Err(ApiError::duplicate_email(call.rules()));
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
    company.delete_user(index, call.now());
    Ok(Reply::id(company.people[index].id, "The user was deleted"))
}

/// Finds the user of the path: 404 if it is deleted, 400 or 403 if a directory owns it.
fn find_editable(company: &Company, call: &Call) -> Result<UserIndex, ApiError> {
    let index = call.find("The user", |id| company.people.find_undeleted(id))?;
    if company.people[index].directory.is_some() {
        return Err(ApiError::owned_by_directory(call.rules()));
    }
    Ok(index)
}

/// The user with the properties of the body, if all of them are valid.
fn apply_body(
    mut user: User,
    body: JsonObject<'_>,
    company: &Company,
    rules: &Rules,
    limits: &TextLimits,
) -> Result<User, ApiError> {
    let mut validator = BodyValidator::new(body);
    let is_null = |name: &str| body.get(name).is_some_and(Value::is_null);
    match validator.optional_text("email", email::MAX_LENGTH)? {
        None => validator.add_problem("email is required"),
        Some(address) if !email::is_valid(address) => {
            validator.add_problem("email is not an e-mail address");
        }
        Some(address) => user.email = address.into(),
    }
    for (name, limit, field) in [
        ("firstName", limits.name, &mut user.first_name),
        ("lastName", limits.name, &mut user.last_name),
        ("department", limits.department, &mut user.department),
    ] {
        match validator.optional_text(name, limit)? {
            Some(text) => *field = UserText::Owned(text.to_owned()),
            None if is_null(name) => *field = UserText::default(),
            None => {}
        }
    }
    let phone_number = validator.optional_text("phoneNumber", MAX_TEXT_LENGTH)?;
    if let Some(phone_number) = phone_number {
        // The service removes the spaces.
        user.phone_number = phone_number.split_whitespace().collect();
    } else if is_null("phoneNumber") {
        user.phone_number = UserText::default();
    }
    if rules.require_phone_number && phone_number.unwrap_or_default().is_empty() {
        validator.add_problem("phoneNumber is required");
    }
    let mut manager_text = |name: &str, max_length: usize| -> Result<String, ApiError> {
        let text = validator.optional_text(name, max_length)?;
        Ok(text.unwrap_or_default().to_owned())
    };
    let manager = Manager {
        first_name: manager_text("managerFirstName", limits.name)?,
        last_name: manager_text("managerLastName", limits.name)?,
        email: manager_text("managerEmail", email::MAX_LENGTH)?,
    };
    // The web client sends all three or none, so one of them replaces the manager.
    let parts = [&manager.first_name, &manager.last_name, &manager.email];
    if parts.iter().any(|part| !part.is_empty()) {
        user.manager = Some(Box::new(manager));
    } else if MANAGER.iter().any(|name| body.get(name).is_some()) {
        user.manager = None;
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
    // An empty id or a null removes the time zone or the language.
    if is_null("timeZoneId") {
        user.time_zone = None;
    }
    if is_null("preferredLanguageId") {
        user.language = None;
    }
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
