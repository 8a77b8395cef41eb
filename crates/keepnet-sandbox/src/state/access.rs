//! Who may come in: REST clients and system users.

use jiff::Timestamp;

use super::company::CompanyIndex;
use crate::clients::NamedRole;
use crate::resource_id::ResourceId;
use crate::seed::Role;

/// A credential.
#[derive(Debug, Default)]
pub(crate) struct Client {
    pub(crate) id: ResourceId,
    pub(crate) name: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: Secret,
    pub(crate) role: Role,
    /// As they were selected.
    pub(crate) roles: Vec<&'static NamedRole>,
    pub(crate) company: CompanyIndex,
    /// An inactive one gets no token.
    pub(crate) active: bool,
    /// Kept and shown; every address is let in all the same, as all of them are loopback.
    pub(crate) allowed_addresses: Vec<String>,
    pub(crate) created: Timestamp,
}

/// A text that is not shown.
#[derive(Default)]
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }
}

impl PartialEq<&str> for Secret {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[hidden]")
    }
}

/// Someone who signs in.
#[derive(Debug)]
pub(crate) struct SystemUser {
    pub(crate) id: ResourceId,
    pub(crate) company: CompanyIndex,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email: String,
    pub(crate) phone_number: String,
    /// Names, with commas between.
    pub(crate) roles: String,
    pub(crate) active: bool,
    pub(crate) created: Timestamp,
}
