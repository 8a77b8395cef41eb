//! REST clients: the credentials that a company hands out, and their roles.

use std::borrow::Cow;
use std::net::IpAddr;

use serde_json::{Value, json};

use crate::envelope::{Answer, Failure, Reply};
use crate::filter::{Datum, Vocabulary};
use crate::paging::Search;
use crate::request::Call;
use crate::seed::Role;
use crate::state::{Client, Company, Secret, World};

const LONGEST_NAME: usize = 64;
const LONGEST_ID: usize = 32;
const LONGEST_SECRET: usize = 100;

/// A role that a client or a system user can have.
#[derive(Debug)]
pub(crate) struct NamedRole {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) role: Role,
}

static ROLES: [NamedRole; 2] = [
    NamedRole {
        id: "rOleComp4nyA",
        name: "Company Admin",
        role: Role::CompanyAdmin,
    },
    NamedRole {
        id: "rOleRe5el1eR",
        name: "Reseller",
        role: Role::Reseller,
    },
];

/// The role under its name.
pub(crate) fn role(role: Role) -> &'static NamedRole {
    let [company_admin, reseller] = &ROLES;
    match role {
        Role::CompanyAdmin => company_admin,
        Role::Reseller => reseller,
    }
}

/// Answers `GET /api/roles`.
pub(crate) fn roles(world: &mut World, call: &Call) -> Answer {
    let company = &world.companies[call.company];
    let roles = ROLES.iter().filter(|role| offers(company, role));
    Ok(Reply::data(
        roles
            .map(|role| json!({ "resourceId": role.id, "name": role.name }))
            .collect(),
    ))
}

/// The roles with these ids: at least one, and all of them offered by the company.
pub(crate) fn roles_named(
    company: &Company,
    ids: &[&str],
) -> Result<Vec<&'static NamedRole>, Failure> {
    let known = |id: &&str| {
        let found = ROLES.iter().find(|role| role.id == *id);
        found.filter(|role| offers(company, role))
    };
    let roles: Option<Vec<_>> = ids.iter().map(known).collect();
    match roles {
        Some(roles) if !roles.is_empty() => Ok(roles),
        Some(_) => Err(Failure::validation(vec![
            "Role should be selected".to_owned(),
        ])),
        None => Err(Failure::not_found("A role was not found")),
    }
}

/// Answers `GET /api/companies/clients/generate-client-credentials`: made up, and not kept until a
/// client is created with them.
pub(crate) fn generate_credentials(world: &mut World, _: &Call) -> Answer {
    let mut text =
        |parts: usize| -> String { (0..parts).map(|_| world.ids.next().to_string()).collect() };
    Ok(Reply::data(
        json!({ "clientId": text(2), "clientSecret": text(4) }),
    ))
}

/// Answers `POST /api/companies/clients`.
pub(crate) fn create(world: &mut World, call: &Call) -> Answer {
    let id = world.ids.next();
    let mut client = read(world, call, None)?;
    client.id = id;
    world.clients.push(client);
    Ok(Reply::id(id, "The client was created"))
}

/// Answers `PUT /api/companies/clients/{resourceId}`.
pub(crate) fn update(world: &mut World, call: &Call) -> Answer {
    let index = named(world, call)?;
    let mut client = read(world, call, Some(index))?;
    let before = &mut world.clients[index];
    client.id = before.id;
    client.created = before.created;
    *before = client;
    Ok(Reply::id(world.clients[index].id, "The client was updated"))
}

/// Answers `DELETE /api/companies/clients/{resourceId}`. Tokens that it got stay good: the service
/// cannot revoke one.
pub(crate) fn delete(world: &mut World, call: &Call) -> Answer {
    let index = named(world, call)?;
    let client = world.clients.remove(index);
    Ok(Reply::id(client.id, "The client was deleted"))
}

/// Answers `GET /api/companies/clients/{resourceId}`; the secret is not told again.
pub(crate) fn show(world: &mut World, call: &Call) -> Answer {
    let client = &world.clients[named(world, call)?];
    Ok(Reply::data(json!({
        "resourceId": client.id.to_string(),
        "name": client.name,
        "clientId": client.client_id,
        "clientSecret": null,
        "statusId": i32::from(client.active),
        "statusName": status(client),
        "hasIpAddressRestriction": !client.allowed_addresses.is_empty(),
        "allowedIpAddresses": client.allowed_addresses,
        "roleResourceIdList": client.roles.iter().map(|role| role.id).collect::<Vec<_>>(),
    })))
}

/// Answers `POST /api/companies/clients/search`.
pub(crate) fn search(world: &mut World, call: &Call) -> Answer {
    let vocabulary = Vocabulary {
        field: &ClientField::parse,
        free_text: &[ClientField::Name, ClientField::ClientId],
        breaks_free_text: &|_| false,
        accept_equal: call.rules().accept_equal_operator,
    };
    let search = Search::parse(call.fields()?, &vocabulary, |_| true)?;
    let own = world
        .clients
        .iter()
        .filter(|client| client.company == call.company);
    let found = search.select(own, |client, field| field.read(client));
    Ok(Reply::data(Value::Object(search.page(&found, |client| {
        json!({
            "resourceId": client.id.to_string(),
            "clientName": client.name,
            "clientId": client.client_id,
            "statusId": i32::from(client.active),
            "statusName": status(client),
            "createTime": call.dialect().timestamp(client.created),
        })
    }))))
}

fn named(world: &World, call: &Call) -> Result<usize, Failure> {
    let id = call.id("resourceId", "The client")?;
    let mut clients = world.clients.iter();
    let found = clients.position(|client| client.id == id && client.company == call.company);
    found.ok_or_else(|| Failure::not_found("The client was not found"))
}

/// The client that a body describes; `own` may keep its id.
fn read(world: &World, call: &Call, own: Option<usize>) -> Result<Client, Failure> {
    let body = call.fields()?;
    let mut faults = Vec::new();
    let mut text = |name: &str, longest: usize| -> Result<String, Failure> {
        let value = body.text(name)?.unwrap_or_default();
        if value.is_empty() || value.chars().count() > longest {
            faults.push(format!("{name} must have 1 to {longest} characters"));
        }
        Ok(value.to_owned())
    };
    let (name, client_id, secret) = (
        text("name", LONGEST_NAME)?,
        text("clientId", LONGEST_ID)?,
        text("clientSecret", LONGEST_SECRET)?,
    );
    let allowed = match body.flag("hasIpAddressRestriction")? {
        Some(true) => body.texts("allowedIpAddresses")?,
        _ => Vec::new(),
    };
    if allowed
        .iter()
        .any(|address| address.parse::<IpAddr>().is_err())
    {
        faults.push("Invalid ip address".to_owned());
    }
    let mut others = world.clients.iter().enumerate();
    if others.any(|(index, other)| Some(index) != own && other.client_id == client_id) {
        faults.push("A client with this clientId is there already".to_owned());
    }
    if !faults.is_empty() {
        return Err(Failure::validation(faults));
    }
    let company = &world.companies[call.company];
    let roles = roles_named(company, &body.texts("roleResourceIdList")?)?;
    let is_reseller = roles.iter().any(|role| role.role == Role::Reseller);
    Ok(Client {
        name,
        client_id,
        client_secret: Secret::new(secret),
        role: if is_reseller {
            Role::Reseller
        } else {
            Role::CompanyAdmin
        },
        roles,
        company: call.company,
        active: body.integer("statusId")? == Some(1),
        allowed_addresses: allowed.into_iter().map(str::to_owned).collect(),
        created: call.core.settings.clock.now(),
        ..Client::default()
    })
}

/// A customer of a reseller has no customers of its own.
fn offers(company: &Company, role: &NamedRole) -> bool {
    role.role == Role::CompanyAdmin || company.parent.is_none()
}

fn status(client: &Client) -> &'static str {
    if client.active { "Active" } else { "Inactive" }
}

#[derive(Clone, Copy, Debug)]
enum ClientField {
    Name,
    ClientId,
    Status,
    CreateTime,
}

impl ClientField {
    fn parse(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "clientname" | "name" => Some(Self::Name),
            "clientid" => Some(Self::ClientId),
            "statusname" | "statusid" => Some(Self::Status),
            "createtime" => Some(Self::CreateTime),
            _ => None,
        }
    }

    fn read<'r>(self, client: &&'r Client) -> Datum<'r> {
        match self {
            Self::Name => Datum::Text(Cow::Borrowed(&client.name)),
            Self::ClientId => Datum::Text(Cow::Borrowed(&client.client_id)),
            Self::Status => Datum::Named {
                name: status(client),
                code: i64::from(client.active),
            },
            Self::CreateTime => Datum::Time(client.created),
        }
    }
}
