//! Building the initial state from a seed.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::access::{Client, SystemUser};
use super::company::{Company, CompanyIndex, CustomField, Group};
use super::company_group::CompanyGroup;
use super::license::License;
use super::made_up::MadeUpUsers;
use super::people::People;
use super::sandbox_state::State;
use super::user::{Directory, Priority, User};
use crate::reference::{REFERENCE, find_license_module, find_license_type};
use crate::resource_id::ResourceId;
use crate::seed::{self, Role, Seed, SeedError};

/// The records of a seed were created within this time before the start.
const HISTORY: SignedDuration = SignedDuration::from_hours(300 * 24);

/// How long a licence is valid.
const LICENSE_DURATION: SignedDuration = SignedDuration::from_hours(730 * 24);

/// The number of the first seeded system user, so that their ids move none of the other records.
const FIRST_SYSTEM_USER: usize = 1 << 40;

impl State {
    pub(crate) fn from_seed(seed: &Seed, now: Timestamp) -> Result<Self, SeedError> {
        let mut state = Self::default();
        for company in &seed.companies {
            state.add_company(company, now)?;
        }
        for client in &seed.clients {
            let client = Client {
                company: state.company_by_name(&client.company)?,
                id: state.ids.next(),
                name: client.client_id.clone(),
                client_id: client.client_id.clone(),
                client_secret: client.client_secret.clone().into(),
                roles: vec![client.role],
                active: true,
                allowed_addresses: Vec::new(),
                created: now - HISTORY,
            };
            state.clients.push(client);
        }
        for group in &seed.company_groups {
            let members = group
                .companies
                .iter()
                .map(|name| state.company_by_name(name));
            let group = CompanyGroup {
                members: members.collect::<Result<_, _>>()?,
                reseller: state.company_by_name(&group.reseller)?,
                id: state.ids.next(),
                name: group.name.clone(),
                created: now - HISTORY,
            };
            state.company_groups.push(group);
        }
        Ok(state)
    }

    fn company_by_name(&self, name: &str) -> Result<CompanyIndex, SeedError> {
        let mut companies = self.companies.iter();
        let found = companies.position(|company| company.name == name);
        found.ok_or_else(|| SeedError::UnknownCompany(name.to_owned()))
    }

    fn add_company(&mut self, seed: &seed::Company, now: Timestamp) -> Result<(), SeedError> {
        let created = parse_time(seed.created.as_ref())?.unwrap_or(now - HISTORY);
        let id = seed
            .id
            .clone()
            .unwrap_or_else(|| self.ids.next().to_string());
        let mut others = self.companies.iter();
        // Two customers may share a name if the seed tells them apart by their ids.
        let is_same =
            |other: &Company| other.id == id || (other.name == seed.name && seed.id.is_none());
        if others.any(is_same) {
            return Err(SeedError::Duplicate(seed.name.clone()));
        }
        let parent = seed
            .reseller
            .as_ref()
            .map(|name| self.company_by_name(name));
        let parent = parent.transpose()?;
        let custom_fields = seed.custom_fields.iter().map(|field| CustomField {
            id: self.ids.next(),
            name: field.name.clone(),
            data_type: field.data_type.clone(),
            required: field.required,
            active: true,
            sort_order: None,
        });
        let custom_fields: Vec<CustomField> = custom_fields.collect();
        let of = |directory: Option<Directory>| move |name| (name, directory);
        let names = seed.groups.iter().map(of(None));
        let names = names.chain(seed.scim_groups.iter().map(of(Some(Directory::Scim))));
        let names = names.chain(seed.google_groups.iter().map(of(Some(Directory::Google))));
        let groups = names.map(|(name, directory)| Group {
            id: self.ids.next(),
            name: name.clone(),
            priority: Priority::Medium,
            created,
            members: BTreeSet::new(),
            directory,
        });
        let groups = groups.collect();
        let people = self.seed_people(seed, &custom_fields, created, now)?;
        self.add_system_users(seed, created);
        let company = Company {
            id,
            number: self.companies.len() + 1,
            name: seed.name.clone(),
            parent,
            license: license(seed, created)?,
            tags: seed.tags.clone(),
            privacy: seed.open_to_reseller.into(),
            monthly_users: seed.monthly_users.clone(),
            created,
            verified_domains: match &seed.verified_domains {
                Some(domains) => domains.iter().map(|it| it.to_lowercase()).collect(),
                None => people.domains(),
            },
            groups,
            people,
            custom_fields,
        };
        self.companies.push(company);
        Ok(())
    }

    /// Adds the system users of the company that is about to be added.
    fn add_system_users(&mut self, seed: &seed::Company, created: Timestamp) {
        let default = || {
            let email = format!("admin@{}", domain(&seed.name));
            vec![seed::SystemUser::active(email, Role::CompanyAdmin.name())]
        };
        let users = seed.system_users.clone().unwrap_or_else(default);
        for user in users {
            self.system_users.push(SystemUser {
                id: ResourceId::default().plus(FIRST_SYSTEM_USER + self.system_users.len()),
                company: self.companies.len(),
                first_name: "Sandy".to_owned(),
                last_name: "Admin".to_owned(),
                email: user.email,
                phone_number: "+15550199000".to_owned(),
                roles: user.roles,
                active: user.active,
                created,
            });
        }
    }

    fn seed_people(
        &mut self,
        seed: &seed::Company,
        custom_fields: &[CustomField],
        created: Timestamp,
        now: Timestamp,
    ) -> Result<People, SeedError> {
        let mut people = People::default();
        for user in &seed.users {
            if !user.deleted && people.find_email(&user.email).is_some() {
                return Err(SeedError::Duplicate(user.email.clone()));
            }
            let user_created = parse_time(user.created.as_ref())?.unwrap_or(created);
            let mut custom_values = Vec::new();
            for (name, value) in user.custom_fields.iter().filter(|it| !it.1.is_empty()) {
                let field = custom_fields.iter().find(|field| field.name == *name);
                let field = field.ok_or_else(|| SeedError::UnknownValue {
                    what: "the custom field",
                    text: name.clone(),
                })?;
                custom_values.push((field.id, value.as_str().into()));
            }
            people.add_seeded(User {
                custom_values,
                updated: parse_time(user.deleted_at.as_ref())?,
                first_name: user.first_name.clone().into(),
                last_name: user.last_name.clone().into(),
                department: user.department.clone().into(),
                phone_number: user.phone_number.clone().into(),
                active: user.active,
                deleted: user.deleted,
                directory: match (user.scim, user.ldap) {
                    (true, _) => Some(Directory::Scim),
                    (false, true) => Some(Directory::Ldap),
                    (false, false) => None,
                },
                ..User::new(self.ids.next(), &user.email, user_created)
            });
        }
        let first = self.ids.block(seed.made_up_users);
        let domain = domain(&seed.name);
        let made_up = MadeUpUsers::new(first, seed.made_up_users, &domain, created, now);
        if seed.users.is_empty() {
            return Ok(People::made_up(made_up));
        }
        for user in made_up.iter() {
            people.add_seeded(user);
        }
        Ok(people)
    }
}

fn license(seed: &seed::Company, created: Timestamp) -> Result<License, SeedError> {
    let unknown = |what, text: &str| SeedError::UnknownValue {
        what,
        text: text.to_owned(),
    };
    let name = seed.license_type.as_deref();
    let name = name.unwrap_or(&REFERENCE.license_types[0].name);
    let kind = find_license_type(name).ok_or_else(|| unknown("the licence type", name))?;
    let modules = seed
        .license_modules
        .as_ref()
        .unwrap_or(&kind.modules)
        .iter();
    let modules = modules
        .map(|name| find_license_module(name).ok_or_else(|| unknown("the licence module", name)));
    Ok(License {
        kind,
        modules: modules.collect::<Result<_, _>>()?,
        limit: seed.license_limit,
        end: parse_time(seed.license_end.as_ref())?.unwrap_or(created + LICENSE_DURATION),
    })
}

fn parse_time(text: Option<&String>) -> Result<Option<Timestamp>, SeedError> {
    let parse = |text: &String| {
        text.parse().map_err(|_| SeedError::UnknownValue {
            what: "the time",
            text: text.clone(),
        })
    };
    text.map(parse).transpose()
}

/// A reserved domain for the generated users of a company.
fn domain(company: &str) -> String {
    let label = company.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    format!("{}.example", label.trim_matches('-').to_ascii_lowercase())
}
