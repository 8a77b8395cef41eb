//! The initial data of a sandbox: companies, their users, and credentials.

mod fleet;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// The companies and credentials at the start. As JSON, property names are in camelCase:
///
/// ```
/// # use keepnet_sandbox::Seed;
/// let seed = Seed::from_json(r#"{
///     "companies": [
///         { "name": "My Reseller" },
///         { "name": "Initech", "reseller": "My Reseller", "users": [{ "email": "peter@initech.example" }] }
///     ],
///     "clients": [
///         { "clientId": "me", "clientSecret": "secret", "role": "reseller", "company": "My Reseller" }
///     ]
/// }"#)?;
/// # Ok::<(), keepnet_sandbox::SeedError>(())
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "command", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Seed {
    /// The companies; a reseller is listed before its customers.
    pub companies: Vec<Company>,
    /// The credentials for which a token is issued.
    pub clients: Vec<Client>,
    /// The groups of companies. Default: none.
    #[serde(default)]
    pub company_groups: Vec<CompanyGroup>,
}

/// A company.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "command", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Company {
    /// Its name. It must be unique among the companies without an `id`.
    pub name: String,
    /// Its resource id; generated when absent.
    pub id: Option<String>,
    /// The name of the reseller that manages it; a company without one is a reseller.
    pub reseller: Option<String>,
    /// The name of its licence type: `Annual` (the default), `Training Only` or `Complete`.
    pub license_type: Option<String>,
    /// The modules of its licence: `Phishing Simulator`, `Awareness Training`, `Incident Response`.
    /// Absent for those of the licence type.
    pub license_modules: Option<Vec<String>>,
    /// How many active users its licence covers; absent for no limit.
    pub license_limit: Option<u32>,
    /// When its licence ends, in RFC 3339; absent for 730 days after `created`.
    pub license_end: Option<String>,
    /// When it was created, in RFC 3339; absent for 300 days before the start.
    pub created: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Whether its reseller may act in it. Default `true`. With `false`, a call in the company by its
    /// reseller returns 403 `PRIVACY_ERROR`, unless the licence has expired.
    pub open_to_reseller: bool,
    /// The monthly figure of users, by month such as `2026-11`; for other months, the figure is
    /// computed as [`MonthlyFigure`](crate::MonthlyFigure) says.
    pub monthly_users: BTreeMap<String, u64>,
    /// The people who sign in to its web application; absent for one active `Company Admin`.
    pub system_users: Option<Vec<SystemUser>>,
    /// The domains to whose users the service sends mail; absent for those of its first users.
    pub verified_domains: Option<Vec<String>>,
    /// Its users.
    pub users: Vec<User>,
    /// How many users to generate in addition.
    pub made_up_users: usize,
    /// The names of its groups.
    pub groups: Vec<String>,
    /// The names of the groups that a SCIM synchronisation fills, to which nobody can be added.
    pub scim_groups: Vec<String>,
    /// The names of the groups that a Google synchronisation fills, to which nobody can be added.
    pub google_groups: Vec<String>,
    /// Its custom fields.
    pub custom_fields: Vec<CustomField>,
}

impl Default for Company {
    fn default() -> Self {
        Self {
            name: String::new(),
            id: None,
            reseller: None,
            license_type: None,
            license_modules: None,
            license_limit: None,
            license_end: None,
            created: None,
            tags: Vec::new(),
            open_to_reseller: true,
            monthly_users: BTreeMap::new(),
            system_users: None,
            verified_domains: None,
            users: Vec::new(),
            made_up_users: 0,
            groups: Vec::new(),
            scim_groups: Vec::new(),
            google_groups: Vec::new(),
            custom_fields: Vec::new(),
        }
    }
}

/// A person who signs in to the web application of a company.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "command", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct SystemUser {
    /// The e-mail address.
    pub email: String,
    /// The names of the roles, separated by commas, such as `Company Admin`.
    pub roles: String,
    /// Whether the person can sign in. Default `true`.
    #[serde(default = "default_active")]
    pub active: bool,
}

impl SystemUser {
    pub(crate) fn active(email: String, roles: &str) -> Self {
        Self {
            email,
            roles: roles.to_owned(),
            active: true,
        }
    }
}

/// A group of companies of one reseller.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "command", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct CompanyGroup {
    /// Its name.
    pub name: String,
    /// The name of the reseller.
    pub reseller: String,
    /// The names of the companies in it.
    pub companies: Vec<String>,
}

/// A target user.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "command", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct User {
    /// The e-mail address, unique in the company when case is ignored.
    pub email: String,
    /// The first name.
    #[serde(default)]
    pub first_name: String,
    /// The last name.
    #[serde(default)]
    pub last_name: String,
    /// The department.
    #[serde(default)]
    pub department: String,
    /// The phone number.
    #[serde(default)]
    pub phone_number: String,
    /// Whether the user is active. Default `true`.
    #[serde(default = "default_active")]
    pub active: bool,
    /// Whether the user is deleted; searches still list a deleted user.
    #[serde(default)]
    pub deleted: bool,
    /// When the user was created, in RFC 3339; absent for the creation of the company.
    #[serde(default)]
    pub created: Option<String>,
    /// When the user was deleted, in RFC 3339, for a deleted user; absent for the creation.
    #[serde(default)]
    pub deleted_at: Option<String>,
    /// Whether a SCIM synchronisation owns the user, who then cannot be edited.
    #[serde(default)]
    pub scim: bool,
    /// Whether an LDAP synchronisation owns the user, who then cannot be edited.
    #[serde(default)]
    pub ldap: bool,
    /// The values of the company's custom fields, by the names of the fields; an empty one is none.
    #[serde(default)]
    pub custom_fields: BTreeMap<String, String>,
}

/// A field that a company added to its users.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "command", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct CustomField {
    /// Its name, which import mappings and filters use.
    pub name: String,
    /// `String` (the default), `Number`, `Email`, `Date`, `DateTime` or `Boolean`.
    #[serde(default = "default_data_type")]
    pub data_type: String,
    /// Whether each user must have a value.
    #[serde(default)]
    pub required: bool,
}

/// A credential.
#[derive(Clone, Deserialize)]
#[cfg_attr(feature = "command", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Client {
    /// The `client_id` of the token request.
    pub client_id: String,
    /// The `client_secret` of the token request.
    pub client_secret: String,
    /// What it may do.
    pub role: Role,
    /// The name of its own company.
    pub company: String,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("client_id", &self.client_id)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// What a credential may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "command", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// Acts in its own company and in the companies that it manages.
    Reseller,
    /// Acts in its own company only.
    #[default]
    CompanyAdmin,
}

impl Role {
    pub(crate) const ALL: [Self; 2] = [Self::CompanyAdmin, Self::Reseller];

    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::CompanyAdmin => "rOleComp4nyA",
            Self::Reseller => "rOleRe5el1eR",
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::CompanyAdmin => "Company Admin",
            Self::Reseller => "Reseller",
        }
    }
}

impl Seed {
    /// The default seed: the reseller credential `sandbox-client` / `sandbox-secret` with the
    /// customers `Acme LLC` (`xC5kfGz7w2Nz`) and `Globex GmbH` (`gL0bEx4mBh8Q`), the company-admin
    /// credential `admin-client` / `admin-secret` of Acme, and a company of another reseller that
    /// neither credential can access.
    pub fn built_in() -> Self {
        // A unit test parses the same text, so the empty seed is never used.
        serde_json::from_str(include_str!("seed.json")).unwrap_or(Self {
            companies: Vec::new(),
            clients: Vec::new(),
            company_groups: Vec::new(),
        })
    }

    /// Parses a seed from JSON.
    ///
    /// # Errors
    ///
    /// If the text is not JSON, or has an unknown property.
    pub fn from_json(text: &str) -> Result<Self, SeedError> {
        serde_json::from_str(text).map_err(SeedError::Malformed)
    }

    /// Reads a seed from a JSON file.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or is not a seed.
    pub fn from_file(path: &Path) -> Result<Self, SeedError> {
        let text = std::fs::read_to_string(path);
        Self::from_json(&text.map_err(|source| SeedError::Unreadable {
            path: path.to_owned(),
            source,
        })?)
    }

    /// Generates `count` more users in the company with this name or id.
    ///
    /// # Errors
    ///
    /// If there is no such company.
    pub fn add_made_up_users(&mut self, company: &str, count: usize) -> Result<(), SeedError> {
        let found = self
            .companies
            .iter_mut()
            .find(|known| known.name == company || known.id.as_deref() == Some(company));
        let found = found.ok_or_else(|| SeedError::UnknownCompany(company.to_owned()))?;
        found.made_up_users += count;
        Ok(())
    }
}

impl Default for Seed {
    fn default() -> Self {
        Self::built_in()
    }
}

/// Why a seed cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SeedError {
    /// The file cannot be read.
    #[error("cannot read the seed {path}", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The text is not a seed.
    #[error("the seed is malformed: {0}")]
    Malformed(#[source] serde_json::Error),
    /// The seed refers to a company that it does not have, or that it lists later.
    #[error(
        "the seed has no company {0:?}; refer to a company that is listed earlier, by the exact name"
    )]
    UnknownCompany(String),
    /// A time is not written in RFC 3339, or a licence type or module is unknown.
    #[error("the seed has {what} {text:?}, which the sandbox does not know")]
    UnknownValue {
        /// What the text stands for.
        what: &'static str,
        /// The text.
        text: String,
    },
    /// Two companies share an id or, without one, a name; or two users of a company share an e-mail address.
    #[error("the seed has {0:?} twice")]
    Duplicate(String),
}

fn default_active() -> bool {
    true
}

fn default_data_type() -> String {
    "String".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_seed_is_well_formed() {
        let seed = Seed::from_json(include_str!("seed.json")).unwrap();
        assert_eq!(seed.companies.len(), 5);
    }

    #[test]
    fn debug_output_hides_secrets() {
        assert!(!format!("{:?}", Seed::built_in()).contains("secret"));
    }
}
