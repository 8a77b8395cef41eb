//! Callers: REST clients, their tokens and roles, and system users.

use jiff::Timestamp;
use secrecy::SecretString;

use super::company::CompanyIndex;
use crate::resource_id::ResourceId;
use crate::seed::Role;

/// A credential.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) id: ResourceId,
    pub(crate) name: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: SecretString,
    /// The roles that were selected for it.
    pub(crate) roles: Vec<Role>,
    pub(crate) company: CompanyIndex,
    /// An inactive client gets no token.
    pub(crate) active: bool,
    /// Stored and shown only: the sandbox accepts every address, as all of them are loopback.
    pub(crate) allowed_addresses: Vec<String>,
    pub(crate) created: Timestamp,
}

impl Client {
    /// The most powerful of its roles.
    pub(crate) fn role(&self) -> Role {
        if self.roles.contains(&Role::Reseller) {
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

#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) caller: Caller,
    pub(crate) expires: Timestamp,
}

/// A user who signs in to the web application.
#[derive(Clone, Debug)]
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
