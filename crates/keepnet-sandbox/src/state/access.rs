//! Callers: REST clients, their tokens and roles, and system users.

use jiff::Timestamp;
use secrecy::SecretString;

use super::company::CompanyIndex;
use crate::resource_id::ResourceId;
use crate::seed::Role;

/// A credential.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) id: ResourceId,
    pub(crate) name: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: SecretString,
    /// The roles that were selected for it.
    pub(crate) roles: Vec<&'static NamedRole>,
    pub(crate) company: CompanyIndex,
    /// An inactive client gets no token.
    pub(crate) active: bool,
    /// Stored and shown only: the sandbox accepts every address, as all of them are loopback.
    pub(crate) allowed_addresses: Vec<String>,
    pub(crate) created: Timestamp,
}

impl Client {
    /// The strongest of its roles.
    pub(crate) fn role(&self) -> Role {
        let is_reseller = self.roles.iter().any(|role| role.role == Role::Reseller);
        if is_reseller {
            Role::Reseller
        } else {
            Role::CompanyAdmin
        }
    }
}

/// The client that a token was issued for.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) client_id: String,
    pub(crate) role: Role,
    /// The caller's own company.
    pub(crate) home: CompanyIndex,
}

#[derive(Debug)]
pub(crate) struct Token {
    pub(crate) caller: Caller,
    pub(crate) expires: Timestamp,
}

/// A role that a client or a system user can have.
#[derive(Debug)]
pub(crate) struct NamedRole {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) role: Role,
}

pub(crate) static ROLES: [NamedRole; 2] = [
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

/// A user who signs in to the web application.
#[derive(Debug)]
pub(crate) struct SystemUser {
    pub(crate) id: ResourceId,
    pub(crate) company: CompanyIndex,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email: String,
    pub(crate) phone_number: String,
    /// The names of the roles, separated by commas.
    pub(crate) roles: String,
    pub(crate) active: bool,
    pub(crate) created: Timestamp,
}
