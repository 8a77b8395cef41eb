//! Creating, reading, changing and deleting one user.

use serde_json::Value;

use super::record;
use crate::email;
use crate::envelope::{Answer, Failure, Reply};
use crate::fields::Fields;
use crate::groups;
use crate::reference::{self, Language, TimeZone};
use crate::request::Call;
use crate::resource_id::ResourceId;
use crate::rules::Rules;
use crate::state::{Company, Manager, Priority, Text, User, World};

/// The longest name, department and custom value.
const LONGEST_TEXT: usize = 256;

/// Answers `POST /api/target-users`.
pub(crate) fn create(world: &mut World, call: &Call) -> Answer {
    let body = call.fields()?;
    let company = &mut world.companies[call.company];
    let changes = Changes::read(body, company, call.rules())?;
    let address = changes
        .email
        .clone()
        .ok_or_else(|| Failure::input("email is required"))?;
    let groups = groups::named_in(body, company)?;
    if let Some(index) = company.people.find_email(&address) {
        if call.rules().reject_duplicate_email {
            return Err(Failure::input(
                "A user with this e-mail address is there already",
            ));
        }
        return Ok(Reply::id(
            company.people[index].id,
            "The user was there already",
        ));
    }
    let mut user = User::new(world.ids.next(), &address, call.core.settings.clock.now());
    changes.apply(&mut user);
    let id = user.id;
    let index = company.people.create(user);
    company.join(index, &groups);
    Ok(Reply::id(id, "The user was created"))
}

/// Answers `GET /api/target-users/{resourceId}`.
pub(crate) fn show(world: &mut World, call: &Call) -> Answer {
    let company = &world.companies[call.company];
    let index = company.people.find(call.id("resourceId", "The user")?);
    let index = index.ok_or_else(|| Failure::not_found("The user was not found"))?;
    Ok(Reply::data(record::detail(&company.people[index], company)))
}

/// Answers `PUT /api/target-users/{resourceId}`. What the body leaves out stays as it is.
pub(crate) fn update(world: &mut World, call: &Call) -> Answer {
    let company = &mut world.companies[call.company];
    let index = editable(company, call)?;
    let changes = Changes::read(call.fields()?, company, call.rules())?;
    let taken = changes
        .email
        .as_deref()
        .and_then(|address| company.people.find_email(address));
    if taken.is_some_and(|other| other != index) {
        return Err(Failure::input(
            "Another user has this e-mail address already",
        ));
    }
    company
        .people
        .update(index, call.core.settings.clock.now(), |user| {
            changes.apply(user)
        });
    Ok(Reply::id(company.people[index].id, "The user was updated"))
}

/// Answers `DELETE /api/target-users/{resourceId}`: the user stays listed, marked as deleted.
pub(crate) fn delete(world: &mut World, call: &Call) -> Answer {
    let company = &mut world.companies[call.company];
    let index = editable(company, call)?;
    company.people.delete(index, call.core.settings.clock.now());
    Ok(Reply::id(company.people[index].id, "The user was deleted"))
}

/// Where the user is: 404 for one that is deleted, 400 for one that an identity provider owns.
fn editable(company: &Company, call: &Call) -> Result<usize, Failure> {
    let index = company.people.find(call.id("resourceId", "The user")?);
    let index = index.filter(|&index| !company.people[index].deleted);
    let index = index.ok_or_else(|| Failure::not_found("The user was not found"))?;
    if company.people[index].scim {
        return Err(Failure::input(
            "The user belongs to an identity provider and cannot be edited here",
        ));
    }
    Ok(index)
}

/// What a body asks to set: `None` leaves a field as it is.
struct Changes {
    email: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    department: Option<String>,
    phone_number: Option<String>,
    priority: Option<Priority>,
    active: Option<bool>,
    time_zone: Option<Option<&'static TimeZone>>,
    language: Option<Option<&'static Language>>,
    manager: Option<Manager>,
    custom_values: Vec<(ResourceId, String)>,
}

impl Changes {
    fn read(body: Fields<'_>, company: &Company, rules: &Rules) -> Result<Self, Failure> {
        let mut faults = Vec::new();
        let mut text = |name: &str, longest: usize| -> Result<Option<String>, Failure> {
            let value = body.text(name)?;
            if value.is_some_and(|value| value.chars().count() > longest) {
                faults.push(format!(
                    "{name} must not be longer than {longest} characters"
                ));
            }
            Ok(value.map(str::to_owned))
        };
        let manager = [
            text("managerFirstName", LONGEST_TEXT)?,
            text("managerLastName", LONGEST_TEXT)?,
            text("managerEmail", email::LONGEST)?,
        ];
        let mut changes = Self {
            email: text("email", email::LONGEST)?,
            first_name: text("firstName", LONGEST_TEXT)?,
            last_name: text("lastName", LONGEST_TEXT)?,
            department: text("department", LONGEST_TEXT)?,
            phone_number: text("phoneNumber", LONGEST_TEXT)?,
            priority: None,
            active: body.flag("isActive")?,
            time_zone: None,
            language: None,
            manager: manager
                .iter()
                .any(|part| part.as_ref().is_some_and(|part| !part.is_empty()))
                .then(|| {
                    let [first_name, last_name, email] = manager.map(Option::unwrap_or_default);
                    Manager {
                        first_name,
                        last_name,
                        email,
                    }
                }),
            custom_values: Vec::new(),
        };
        match &changes.email {
            None => faults.push("email is required".to_owned()),
            Some(address) if !email::is_address(address) => {
                faults.push("email is not an e-mail address".to_owned())
            }
            Some(_) => {}
        }
        if rules.require_phone_number
            && changes
                .phone_number
                .as_deref()
                .unwrap_or_default()
                .is_empty()
        {
            faults.push("phoneNumber is required".to_owned());
        }
        if let Some(name) = body.text("priority")?.filter(|name| !name.is_empty()) {
            changes.priority = Priority::parse(name);
            if changes.priority.is_none() {
                faults.push(format!(
                    "priority {name} is none of VeryLow, Low, Medium, High, VeryHigh"
                ));
            }
        }
        if let Some(id) = body.text("timeZoneId")? {
            let zone = reference::time_zone(id);
            if zone.is_none() && !id.is_empty() {
                faults.push("timeZoneId is no id of the time zone list".to_owned());
            }
            changes.time_zone = Some(zone);
        }
        if let Some(id) = body.text("preferredLanguageId")? {
            let language = reference::language_by_id(id);
            if language.is_none() && !id.is_empty() {
                faults.push("preferredLanguageId is no id of the language list".to_owned());
            }
            changes.language = Some(language);
        }
        changes.custom_values = custom_values(body, company, &mut faults)?;
        if faults.is_empty() {
            Ok(changes)
        } else {
            Err(Failure::validation(faults))
        }
    }

    fn apply(self, user: &mut User) {
        let set = |field: &mut Text, value: Option<String>| {
            if let Some(value) = value {
                *field = Text::Owned(value);
            }
        };
        if let Some(email) = self.email {
            user.email = email.into();
        }
        set(&mut user.first_name, self.first_name);
        set(&mut user.last_name, self.last_name);
        set(&mut user.department, self.department);
        // The service takes the spaces out of phone numbers.
        set(
            &mut user.phone_number,
            self.phone_number
                .map(|phone| phone.split_whitespace().collect()),
        );
        user.priority = self.priority.unwrap_or(user.priority);
        user.active = self.active.unwrap_or(user.active);
        user.time_zone = self.time_zone.unwrap_or(user.time_zone);
        user.language = self.language.unwrap_or(user.language);
        if let Some(manager) = self.manager {
            user.manager = Some(Box::new(manager));
        }
        for (field, value) in self.custom_values {
            user.set_custom_value(field, &value);
        }
    }
}

fn custom_values(
    body: Fields<'_>,
    company: &Company,
    faults: &mut Vec<String>,
) -> Result<Vec<(ResourceId, String)>, Failure> {
    let mut values = Vec::new();
    for item in body.list("customFields")?.map_or(&[][..], Vec::as_slice) {
        let item = Fields::of(item, "an item of customFields")?;
        let id = item.text("resourceId")?.unwrap_or_default();
        let value = match item.get("value") {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        match company
            .custom_fields
            .iter()
            .find(|field| field.id.to_string() == id)
        {
            None => {
                faults.push("customFields names a field that the company does not have".to_owned())
            }
            Some(field) if value.chars().count() > LONGEST_TEXT => {
                faults.push(format!(
                    "{} must not be longer than {LONGEST_TEXT} characters",
                    field.name
                ));
            }
            Some(field) => values.push((field.id, value)),
        }
    }
    Ok(values)
}
