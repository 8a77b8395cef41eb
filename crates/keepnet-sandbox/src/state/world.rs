//! The whole state, and how a seed becomes one.

use std::collections::{BTreeMap, HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

use super::access::{Client, Secret, SystemUser};
use super::company::{Company, CompanyIndex, CustomField, Group};
use super::people::{People, Priority, User};
use super::transaction::{ImportJob, Transaction};
use crate::auth::Caller;
use crate::clients;
use crate::inspection::RecordedRequest;
use crate::reference;
use crate::resource_id::{Ids, ResourceId};
use crate::seed::{self, Seed, SeedError};

/// So many requests are kept.
const REQUESTS_KEPT: usize = 100_000;
/// The people of a seed joined within the time before the start.
const HISTORY: SignedDuration = SignedDuration::from_hours(300 * 24);

#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) companies: Vec<Company>,
    pub(crate) clients: Vec<Client>,
    pub(crate) system_users: Vec<SystemUser>,
    pub(crate) tokens: HashMap<String, Token>,
    pub(crate) transactions: BTreeMap<ResourceId, Transaction>,
    pub(crate) jobs: Vec<ImportJob>,
    pub(crate) requests: VecDeque<RecordedRequest>,
    pub(crate) requests_seen: u64,
    pub(crate) counters: Counters,
    pub(crate) ids: Ids,
    /// Tells background work of before a reset that it has no place any more.
    pub(crate) generation: u64,
}

#[derive(Debug)]
pub(crate) struct Token {
    pub(crate) caller: Caller,
    pub(crate) expires: Timestamp,
}

/// How often what happened.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counters {
    pub(crate) tokens: u64,
    pub(crate) uploads: u64,
    pub(crate) mappings: u64,
    pub(crate) imports: u64,
    /// Calls that belong to a company, made by a reseller without naming one.
    pub(crate) unscoped_calls: u64,
}

impl World {
    pub(crate) fn new(seed: &Seed, now: Timestamp) -> Result<Self, SeedError> {
        let mut world = Self::default();
        for company in &seed.companies {
            world.found(company, now)?;
        }
        for client in &seed.clients {
            let company = world.company_named(&client.company)?;
            let id = world.ids.next();
            world.clients.push(Client {
                id,
                name: client.client_id.clone(),
                client_id: client.client_id.clone(),
                client_secret: Secret::new(client.client_secret.clone()),
                role: client.role,
                roles: vec![clients::role(client.role)],
                company,
                active: true,
                allowed_addresses: Vec::new(),
                created: now - HISTORY,
            });
        }
        Ok(world)
    }

    /// This world in the place of another: the tokens stay good, the background work of the other
    /// ends.
    pub(crate) fn following(mut self, previous: &mut Self) -> Self {
        self.tokens = std::mem::take(&mut previous.tokens);
        self.generation = previous.generation + 1;
        self
    }

    /// Where the company with this id stands; ids are compared with regard to case.
    pub(crate) fn company(&self, id: &str) -> Option<CompanyIndex> {
        self.companies.iter().position(|company| company.id == id)
    }

    pub(crate) fn job(&self, id: ResourceId) -> Option<&ImportJob> {
        self.jobs.iter().find(|job| job.id == id)
    }

    pub(crate) fn record(&mut self, request: RecordedRequest) {
        self.requests_seen += 1;
        if self.requests.len() == REQUESTS_KEPT {
            self.requests.pop_front();
        }
        self.requests.push_back(request);
    }

    fn company_named(&self, name: &str) -> Result<CompanyIndex, SeedError> {
        let found = self
            .companies
            .iter()
            .position(|company| company.name == name);
        found.ok_or_else(|| SeedError::UnknownCompany(name.to_owned()))
    }

    fn found(&mut self, seed: &seed::Company, now: Timestamp) -> Result<(), SeedError> {
        let id = seed
            .id
            .clone()
            .unwrap_or_else(|| self.ids.next().to_string());
        if self
            .companies
            .iter()
            .any(|company| company.id == id || company.name == seed.name)
        {
            return Err(SeedError::Duplicate(seed.name.clone()));
        }
        let parent = seed
            .reseller
            .as_ref()
            .map(|name| self.company_named(name))
            .transpose()?;
        let created = now - HISTORY;
        let custom_fields = seed.custom_fields.iter().map(|field| CustomField {
            id: self.ids.next(),
            name: field.name.clone(),
            data_type: field.data_type.clone(),
            required: field.required,
            active: true,
            sort_order: None,
        });
        let mut company = Company {
            id,
            number: self.companies.len() + 1,
            name: seed.name.clone(),
            parent,
            license_limit: seed.license_limit,
            created,
            custom_fields: custom_fields.collect(),
            groups: Vec::new(),
            people: People::default(),
        };
        for name in &seed.groups {
            let id = self.ids.next();
            company.groups.push(Group {
                id,
                name: name.clone(),
                priority: Priority::Medium,
                created,
                members: Default::default(),
            });
        }
        self.populate(&mut company.people, seed, created)?;
        self.companies.push(company);
        Ok(())
    }

    fn populate(
        &mut self,
        people: &mut People,
        seed: &seed::Company,
        since: Timestamp,
    ) -> Result<(), SeedError> {
        for person in &seed.users {
            if !person.deleted && people.find_email(&person.email).is_some() {
                return Err(SeedError::Duplicate(person.email.clone()));
            }
            people.seed(User {
                first_name: person.first_name.clone().into(),
                last_name: person.last_name.clone().into(),
                department: person.department.clone().into(),
                phone_number: person.phone_number.clone().into(),
                active: person.active,
                deleted: person.deleted,
                scim: person.scim,
                ..User::new(self.ids.next(), &person.email, since)
            });
        }
        people.reserve(seed.made_up_users);
        let first = self.ids.block(seed.made_up_users);
        let step = HISTORY / i32::try_from(seed.made_up_users.max(1)).unwrap_or(i32::MAX);
        let domain = domain(&seed.name);
        let mut joined = since;
        for number in 0..seed.made_up_users {
            people.seed(reference::made_up_user(
                first.plus(number),
                number,
                &domain,
                joined,
            ));
            joined += step;
        }
        Ok(())
    }
}

/// A reserved domain for the made-up people of a company.
fn domain(company: &str) -> String {
    let letters = company.chars().map(|c| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '-'
        }
    });
    let label: String = letters.collect();
    format!("{}.example", label.trim_matches('-'))
}
