//! System users: the people who sign in to a company.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::clients;
use crate::email;
use crate::envelope::{Answer, Failure, Reply};
use crate::filter::{Datum, Vocabulary};
use crate::paging::Search;
use crate::request::Call;
use crate::scope;
use crate::state::{SystemUser, World};

const LONGEST_NAME: usize = 40;
const LONGEST_PHONE: usize = 20;

/// Answers `POST /api/system-users`. A reseller can name another company in the body.
pub(crate) fn create(world: &mut World, call: &Call) -> Answer {
    let body = call.fields()?;
    let company = match body.text("companyResourceId")?.filter(|id| !id.is_empty()) {
        None => call.company,
        Some(id) => scope::within_reach(world, &call.caller, id)
            .ok_or_else(|| Failure::not_found("No company with this id is managed by you"))?,
    };
    let mut faults = Vec::new();
    let mut text = |name: &str, longest: usize| -> Result<String, Failure> {
        let value = body.text(name)?.unwrap_or_default();
        if value.is_empty() || value.chars().count() > longest {
            faults.push(format!("{name} must have 1 to {longest} characters"));
        }
        Ok(value.to_owned())
    };
    let first_name = text("firstName", LONGEST_NAME)?;
    let last_name = text("lastName", LONGEST_NAME)?;
    let phone_number = text("phoneNumber", LONGEST_PHONE)?;
    let address = text("email", email::LONGEST)?;
    let mut others = world.system_users.iter();
    if !email::is_address(&address) {
        faults.push("email is not an e-mail address".to_owned());
    } else if others.any(|other| other.email.to_lowercase() == address.to_lowercase()) {
        faults.push("A system user with this e-mail address is there already".to_owned());
    }
    if !faults.is_empty() {
        return Err(Failure::validation(faults));
    }
    let roles = body.texts("roleResourceIdList")?;
    let roles = clients::roles_named(&world.companies[company], &roles)?;
    let roles: Vec<&str> = roles.iter().map(|role| role.name).collect();
    let id = world.ids.next();
    world.system_users.push(SystemUser {
        id,
        company,
        first_name,
        last_name,
        email: address,
        phone_number: phone_number.split_whitespace().collect(),
        roles: roles.join(", "),
        active: body.integer("statusId")?.unwrap_or(1) == 1,
        created: call.core.settings.clock.now(),
    });
    Ok(Reply::id(id, "The system user was created"))
}

/// Answers `POST /api/system-users/search`.
pub(crate) fn search(world: &mut World, call: &Call) -> Answer {
    let vocabulary = Vocabulary {
        field: &SystemUserField::parse,
        free_text: &[
            SystemUserField::FirstName,
            SystemUserField::LastName,
            SystemUserField::Email,
        ],
        breaks_free_text: &|_| false,
        accept_equal: call.rules().accept_equal_operator,
    };
    let search = Search::parse(call.fields()?, &vocabulary, |_| true)?;
    let company = &world.companies[call.company];
    let users = world.system_users.iter();
    let own = users.filter(|user| user.company == call.company);
    let found = search.select(own, |user, field| field.read(user));
    Ok(Reply::data(Value::Object(search.page(&found, |user| {
        json!({
            "resourceId": user.id.to_string(),
            "firstName": user.first_name,
            "lastName": user.last_name,
            "email": user.email,
            "phoneNumber": user.phone_number,
            "companyName": company.name,
            "companyResourceId": company.id,
            "roles": user.roles,
            "statusId": i32::from(user.active),
            "statusName": status(user),
            "createTime": call.dialect().timestamp(user.created),
            "isEditable": true,
        })
    }))))
}

fn status(user: &SystemUser) -> &'static str {
    if user.active { "Active" } else { "Inactive" }
}

#[derive(Clone, Copy, Debug)]
enum SystemUserField {
    FirstName,
    LastName,
    Email,
    PhoneNumber,
    Roles,
    Status,
    CreateTime,
}

impl SystemUserField {
    fn parse(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "firstname" => Some(Self::FirstName),
            "lastname" => Some(Self::LastName),
            "email" => Some(Self::Email),
            "phonenumber" => Some(Self::PhoneNumber),
            "roles" => Some(Self::Roles),
            "statusname" | "statusid" => Some(Self::Status),
            "createtime" => Some(Self::CreateTime),
            _ => None,
        }
    }

    fn read<'r>(self, user: &&'r SystemUser) -> Datum<'r> {
        match self {
            Self::FirstName => Datum::Text(Cow::Borrowed(&user.first_name)),
            Self::LastName => Datum::Text(Cow::Borrowed(&user.last_name)),
            Self::Email => Datum::Text(Cow::Borrowed(&user.email)),
            Self::PhoneNumber => Datum::Text(Cow::Borrowed(&user.phone_number)),
            Self::Roles => Datum::Text(Cow::Borrowed(&user.roles)),
            Self::Status => Datum::Named {
                name: status(user),
                code: i64::from(user.active),
            },
            Self::CreateTime => Datum::Time(user.created),
        }
    }
}
