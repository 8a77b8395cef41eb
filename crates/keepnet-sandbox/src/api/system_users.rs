//! System users: the users who sign in to the web application of a company.

use serde_json::json;

use super::validation::BodyValidator;
use super::{email, roles, scope};
use crate::call::Call;
use crate::http::{HandlerResult, Reply};
use crate::search::{FieldValue, Getter, Search, SearchFields, status_name};
use crate::state::{State, SystemUser};

const MAX_NAME_LENGTH: usize = 40;
const MAX_PHONE_LENGTH: usize = 20;

/// Handles `POST /api/system-users`. A reseller can name another company in the body.
pub(crate) fn create(state: &mut State, call: &Call) -> HandlerResult {
    let body = call.body()?;
    let company = match body.text_or_empty("companyResourceId")? {
        "" => call.company,
        id => scope::find_accessible(state, &call.caller, id)?,
    };
    let mut validator = BodyValidator::new(body);
    let first_name = validator.required_text("firstName", MAX_NAME_LENGTH)?;
    let last_name = validator.required_text("lastName", MAX_NAME_LENGTH)?;
    let phone_number = validator.required_text("phoneNumber", MAX_PHONE_LENGTH)?;
    let address = validator.required_text("email", email::MAX_LENGTH)?;
    let mut others = state.system_users.iter();
    if !email::is_valid(&address) {
        validator.add_problem("email is not an e-mail address");
    } else if others.any(|other| other.email.to_lowercase() == address.to_lowercase()) {
        validator.add_problem("A system user with this e-mail address already exists");
    }
    validator.finish()?;
    let roles = roles::find_selected(&state.companies[company], call)?;
    let roles: Vec<&str> = roles.iter().map(|role| role.name()).collect();
    let id = state.ids.next();
    // The domain of the first person who signs in becomes a verified one.
    if state.system_users.iter().all(|it| it.company != company)
        && let Some((_, domain)) = address.rsplit_once('@')
    {
        let domains = &mut state.companies[company].verified_domains;
        domains.insert(domain.to_lowercase());
    }
    state.system_users.push(SystemUser {
        id,
        company,
        first_name,
        last_name,
        email: address,
        phone_number: phone_number.split_whitespace().collect(),
        roles: roles.join(", "),
        active: body.integer("statusId")?.unwrap_or(1) == 1,
        created: call.now(),
    });
    Ok(Reply::id(id, "The system user was created"))
}

/// Handles `POST /api/system-users/search`.
pub(crate) fn search(state: &mut State, call: &Call) -> HandlerResult {
    let free_text = ["firstname", "lastname", "email"];
    let fields = SearchFields::new(find_field, &free_text, call.rules());
    let search = Search::parse(call.body()?, &fields)?;
    let company = &state.companies[call.company];
    let users = state.system_users.iter();
    let own = users.filter(|user| user.company == call.company);
    let found = search.select(own, |&user, field| field(user));
    Ok(Reply::data(search.page_json(&found, |user| {
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
            "statusName": status_name(user.active),
            "createTime": call.dialect().timestamp(user.created),
            "isEditable": true,
        })
    })))
}

fn find_field(name: &str) -> Option<Getter<SystemUser>> {
    Some(match name {
        "firstname" => |user| FieldValue::text(&user.first_name),
        "lastname" => |user| FieldValue::text(&user.last_name),
        "email" => |user| FieldValue::text(&user.email),
        "phonenumber" => |user| FieldValue::text(&user.phone_number),
        "roles" => |user| FieldValue::text(&user.roles),
        "statusname" | "statusid" => |user| FieldValue::status(user.active),
        "createtime" => |user| FieldValue::Time(user.created),
        _ => return None,
    })
}
