//! REST clients: the credentials of a company.

use std::net::IpAddr;

use serde_json::{Value, json};

use super::roles;
use super::validation::BodyValidator;
use crate::call::Call;
use crate::http::{ApiError, HandlerResult, Reply};
use crate::resource_id::ResourceId;
use crate::search::{FieldValue, Getter, Search, SearchFields, status_name};
use crate::state::{Client, State};

const MAX_NAME_LENGTH: usize = 64;
const MAX_ID_LENGTH: usize = 32;
const MAX_SECRET_LENGTH: usize = 100;

/// Handles `GET /api/companies/clients/generate-client-credentials`. The credentials are stored only
/// when a client is created with them.
pub(crate) fn generate_credentials(state: &mut State, _: &Call) -> HandlerResult {
    let mut generate =
        |ids: usize| -> String { (0..ids).map(|_| state.ids.next().to_string()).collect() };
    Ok(Reply::data(
        json!({ "clientId": generate(2), "clientSecret": generate(4) }),
    ))
}

/// Handles `POST /api/companies/clients`.
pub(crate) fn create(state: &mut State, call: &Call) -> HandlerResult {
    let id = state.ids.next();
    let client = parse(state, call, id)?;
    state.clients.push(client);
    Ok(Reply::id(id, "The client was created"))
}

/// Handles `PUT /api/companies/clients/{resourceId}`.
pub(crate) fn update(state: &mut State, call: &Call) -> HandlerResult {
    let index = find(state, call)?;
    let (id, created) = (state.clients[index].id, state.clients[index].created);
    state.clients[index] = Client {
        created,
        ..parse(state, call, id)?
    };
    Ok(Reply::id(id, "The client was updated"))
}

/// Handles `DELETE /api/companies/clients/{resourceId}`. The client's tokens remain valid: the
/// service cannot revoke a token.
pub(crate) fn delete(state: &mut State, call: &Call) -> HandlerResult {
    let index = find(state, call)?;
    let client = state.clients.remove(index);
    Ok(Reply::id(client.id, "The client was deleted"))
}

/// Handles `GET /api/companies/clients/{resourceId}`. The secret is never returned.
pub(crate) fn show(state: &mut State, call: &Call) -> HandlerResult {
    let client = &state.clients[find(state, call)?];
    let roles = client.roles.iter().map(|role| role.id());
    Ok(Reply::data(json!({
        "resourceId": client.id.to_string(),
        "name": client.name,
        "clientId": client.client_id,
        "clientSecret": null,
        "statusId": i32::from(client.active),
        "statusName": status_name(client.active),
        "hasIpAddressRestriction": !client.allowed_addresses.is_empty(),
        "allowedIpAddresses": client.allowed_addresses,
        "roleResourceIdList": roles.collect::<Value>(),
    })))
}

/// Handles `POST /api/companies/clients/search`.
pub(crate) fn search(state: &mut State, call: &Call) -> HandlerResult {
    let fields = SearchFields::new(find_field, &["clientname", "clientid"], call.rules());
    let search = Search::parse(call.body()?, &fields)?;
    let clients = state.clients.iter();
    let own = clients.filter(|client| client.company == call.company);
    let found = search.select(own, |&client, field| field(client));
    Ok(Reply::data(search.page_json(&found, |client| {
        json!({
            "resourceId": client.id.to_string(),
            "clientName": client.name,
            "clientId": client.client_id,
            "statusId": i32::from(client.active),
            "statusName": status_name(client.active),
            "createTime": call.dialect().timestamp(client.created),
        })
    })))
}

fn find(state: &State, call: &Call) -> Result<usize, ApiError> {
    call.find("The client", |id| {
        let mut clients = state.clients.iter();
        clients.position(|client| client.id == id && client.company == call.company)
    })
}

/// The client that a body describes.
fn parse(state: &State, call: &Call, id: ResourceId) -> Result<Client, ApiError> {
    let body = call.body()?;
    let mut validator = BodyValidator::new(body);
    let name = validator.required_text("name", MAX_NAME_LENGTH)?;
    let client_id = validator.required_text("clientId", MAX_ID_LENGTH)?;
    let secret = validator.required_text("clientSecret", MAX_SECRET_LENGTH)?;
    let addresses = if body.is_set("hasIpAddressRestriction")? {
        body.texts("allowedIpAddresses")?
    } else {
        Vec::new()
    };
    let is_invalid = |address: &&str| address.parse::<IpAddr>().is_err();
    if addresses.iter().any(is_invalid) {
        validator.add_problem("Invalid ip address");
    }
    let mut others = state.clients.iter().filter(|other| other.id != id);
    if others.any(|other| other.client_id == client_id) {
        validator.add_problem("A client with this clientId already exists");
    }
    validator.finish()?;
    Ok(Client {
        id,
        name,
        client_id,
        client_secret: secret.into(),
        roles: roles::find_selected(&state.companies[call.company], call)?,
        company: call.company,
        active: body.integer("statusId")? == Some(1),
        allowed_addresses: addresses.into_iter().map(str::to_owned).collect(),
        created: call.now(),
    })
}

fn find_field(name: &str) -> Option<Getter<Client>> {
    Some(match name {
        "clientname" | "name" => |client| FieldValue::text(&client.name),
        "clientid" => |client| FieldValue::text(&client.client_id),
        "statusname" | "statusid" => |client| FieldValue::status(client.active),
        "createtime" => |client| FieldValue::Time(client.created),
        _ => return None,
    })
}
