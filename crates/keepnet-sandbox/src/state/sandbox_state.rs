//! The state as a whole.

use std::collections::{BTreeMap, HashMap, VecDeque};

use super::access::{Client, SystemUser, Token};
use super::company::{Company, CompanyIndex};
use super::company_group::CompanyGroup;
use super::import_job::ImportJob;
use super::recorded_request::RecordedRequest;
use super::transaction::Transaction;
use crate::resource_id::{IdGenerator, ResourceId};

/// How many requests are kept.
const MAX_RECORDED_REQUESTS: usize = 100_000;

#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    pub(crate) companies: Vec<Company>,
    pub(crate) company_groups: Vec<CompanyGroup>,
    pub(crate) clients: Vec<Client>,
    pub(crate) system_users: Vec<SystemUser>,
    pub(crate) tokens: HashMap<String, Token>,
    pub(crate) transactions: BTreeMap<ResourceId, Transaction>,
    pub(crate) jobs: Vec<ImportJob>,
    pub(crate) requests: VecDeque<RecordedRequest>,
    pub(crate) counters: Counters,
    pub(crate) ids: IdGenerator,
    /// Increased by a reset, so that background work of the time before stops.
    pub(crate) generation: u64,
}

/// How often each event happened.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counters {
    pub(crate) requests: u64,
    pub(crate) tokens: u64,
    pub(crate) uploads: u64,
    pub(crate) mappings: u64,
    pub(crate) imports: u64,
    /// Calls of operations on one company by a reseller who sent no company header.
    pub(crate) unscoped_calls: u64,
}

impl State {
    /// Replaces the state by a new one. The tokens remain valid; background work of the old state
    /// stops.
    pub(crate) fn reset_to(&mut self, fresh: Self) {
        *self = Self {
            tokens: std::mem::take(&mut self.tokens),
            generation: self.generation + 1,
            ..fresh
        };
    }

    /// A copy of the data, without the recorded requests.
    pub(crate) fn clone_data(&mut self) -> Self {
        let requests = std::mem::take(&mut self.requests);
        let copy = self.clone();
        self.requests = requests;
        copy
    }

    /// Replaces the data by a copy. Tokens and recorded requests remain; background work of the old
    /// data stops.
    pub(crate) fn restore(&mut self, copy: Self) {
        *self = Self {
            tokens: std::mem::take(&mut self.tokens),
            requests: std::mem::take(&mut self.requests),
            generation: self.generation + 1,
            ..copy
        };
    }

    /// Finds a company by its id, which is case-sensitive.
    pub(crate) fn find_company(&self, id: &str) -> Option<CompanyIndex> {
        self.companies.iter().position(|company| company.id == id)
    }

    pub(crate) fn record(&mut self, request: RecordedRequest) {
        self.counters.requests += 1;
        if self.requests.len() == MAX_RECORDED_REQUESTS {
            self.requests.pop_front();
        }
        self.requests.push_back(request);
    }
}
