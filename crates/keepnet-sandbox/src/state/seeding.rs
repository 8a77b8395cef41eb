//! Building the initial state from a seed.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::access::Client;
use super::company::{Company, CompanyIndex, CustomField, Group};
use super::people::People;
use super::sandbox_state::State;
use super::user::{Priority, User};
use crate::seed::{self, Seed, SeedError};

/// The records of a seed were created within this time before the start.
const HISTORY: SignedDuration = SignedDuration::from_hours(300 * 24);

impl State {
    pub(crate) fn from_seed(seed: &Seed, now: Timestamp) -> Result<Self, SeedError> {
        let mut state = Self::default();
        let created = now - HISTORY;
        for company in &seed.companies {
            state.add_company(company, created)?;
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
                created,
            };
            state.clients.push(client);
        }
        Ok(state)
    }

    fn company_by_name(&self, name: &str) -> Result<CompanyIndex, SeedError> {
        let mut companies = self.companies.iter();
        let found = companies.position(|company| company.name == name);
        found.ok_or_else(|| SeedError::UnknownCompany(name.to_owned()))
    }

    fn add_company(&mut self, seed: &seed::Company, created: Timestamp) -> Result<(), SeedError> {
        let id = seed
            .id
            .clone()
            .unwrap_or_else(|| self.ids.next().to_string());
        let mut others = self.companies.iter();
        if others.any(|other| other.id == id || other.name == seed.name) {
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
        let custom_fields = custom_fields.collect();
        let groups = seed.groups.iter().map(|name| Group {
            id: self.ids.next(),
            name: name.clone(),
            priority: Priority::Medium,
            created,
            members: BTreeSet::new(),
        });
        let company = Company {
            id,
            number: self.companies.len() + 1,
            name: seed.name.clone(),
            parent,
            license_limit: seed.license_limit,
            created,
            custom_fields,
            groups: groups.collect(),
            people: self.seed_people(seed, created)?,
        };
        self.companies.push(company);
        Ok(())
    }

    fn seed_people(
        &mut self,
        seed: &seed::Company,
        mut created: Timestamp,
    ) -> Result<People, SeedError> {
        let mut people = People::default();
        for user in &seed.users {
            if !user.deleted && people.find_email(&user.email).is_some() {
                return Err(SeedError::Duplicate(user.email.clone()));
            }
            people.add_seeded(User {
                first_name: user.first_name.clone().into(),
                last_name: user.last_name.clone().into(),
                department: user.department.clone().into(),
                phone_number: user.phone_number.clone().into(),
                active: user.active,
                deleted: user.deleted,
                scim: user.scim,
                ..User::new(self.ids.next(), &user.email, created)
            });
        }
        people.reserve(seed.made_up_users);
        let first = self.ids.block(seed.made_up_users);
        let step = HISTORY / i32::try_from(seed.made_up_users.max(1)).unwrap_or(i32::MAX);
        let domain = domain(&seed.name);
        for number in 0..seed.made_up_users {
            people.add_seeded(User::generate(first.plus(number), number, &domain, created));
            created += step;
        }
        Ok(people)
    }
}

/// A reserved domain for the generated users of a company.
fn domain(company: &str) -> String {
    let label = company.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    format!("{}.example", label.trim_matches('-').to_ascii_lowercase())
}
