//! Checking all customers.

use std::collections::HashMap;

use futures::future::join;
use futures::{StreamExt as _, stream};
use keepnet_client::CompanyRef;

use super::admins::find_in_admins;
use super::domains::find_in_domains;
use super::finding::{CompanyFinding, FindingKind, Found};
use super::syncs::{RecordedSyncs, days};
use crate::companies::conditions::Basis;
use crate::companies::dates::today;
use crate::companies::each::CompanyEvent;
use crate::companies::list::Companies;
use crate::companies::selection::SelectedCompanies;
use crate::paging::ListDoubt;
use crate::{Company, Error, Reseller, Result};

const EXPIRES_WITHIN: u32 = 30;

/// What to look for among customers, made by [`Companies::check`]. It only reads.
#[derive(Clone, Debug)]
#[must_use = "nothing is checked before `findings`"]
pub struct CheckCompanies {
    companies: Companies,
    expires_within: u32,
    syncs: Option<(u32, RecordedSyncs)>,
}

/// What needs a person among customers.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct CompanyFindings {
    /// What was found, in the order in which the customers were created.
    pub findings: Vec<CompanyFinding>,
    /// How many customers were checked.
    pub companies: u64,
    /// Why some customers may be missing and were not checked.
    pub doubt: Option<ListDoubt>,
}

impl Companies {
    /// Checks these customers: licences over their limit, at their end or without a readable one;
    /// customers that are closed to the reseller, without an active admin, or with users in domains that
    /// are not verified.
    pub fn check(self) -> CheckCompanies {
        CheckCompanies {
            companies: self,
            expires_within: EXPIRES_WITHIN,
            syncs: None,
        }
    }
}

impl CheckCompanies {
    /// Names the licences that end within this many days from today, in UTC. Default 30.
    pub fn expires_within(mut self, days: u32) -> CheckCompanies {
        self.expires_within = days;
        self
    }

    /// Names the customers that were not synchronized completely within this many days, by these records:
    /// [`FindingKind::NotSynced`], or [`FindingKind::SyncUnknown`] if the records do not have the last one.
    /// Default: none, because not every customer has a staff list.
    pub fn synced_within(mut self, days: u32, syncs: RecordedSyncs) -> CheckCompanies {
        self.syncs = Some((days, syncs));
        self
    }

    /// Looks at all of the customers, eight at a time. What the service does not say of one of them, or
    /// refuses to, is a finding that says so.
    ///
    /// Costs the requests of [`fetch`](Companies::fetch), and for each customer one for the unverified
    /// domains and one for each 250 system users. A customer that is closed to the reseller costs none.
    ///
    /// # Errors
    ///
    /// Those of [`fetch`](Companies::fetch).
    pub async fn findings(self) -> Result<CompanyFindings> {
        let (now, reseller) = (self.companies.now(), self.companies.reseller().clone());
        let list = self.companies.fetch().await?;
        let basis = Basis {
            today: today(now),
            order: list.order,
            members: None,
        };
        let companies: Vec<_> = list.companies.iter().chain(&list.undecided).collect();
        let open = companies.iter().filter(|company| !company.is_closed());
        let open = open.map(|company| company.reference()).collect();
        let mut inside = look_inside(&reseller, open).await;
        let mut findings = Vec::new();
        for company in &companies {
            let mut found = company.found_in_row(self.expires_within, &basis);
            found.extend(inside.remove(&company.id).unwrap_or_default());
            if let Some((within, syncs)) = &self.syncs {
                found.extend(syncs.find(&company.id, days(*within), now));
            }
            findings.extend(found.into_iter().map(|it| it.about(company.reference())));
        }
        Ok(CompanyFindings {
            findings,
            companies: companies.len() as u64,
            doubt: list.doubt,
        })
    }
}

/// What is found inside of these customers, by their ids.
async fn look_inside(
    reseller: &Reseller,
    companies: Vec<CompanyRef>,
) -> HashMap<String, Vec<Found>> {
    let each = reseller.each_company(&SelectedCompanies::of(companies));
    let look = |company: Company| {
        stream::once(async move {
            let found = join(find_in_admins(&company), find_in_domains(&company)).await;
            Ok(<[_; 2]>::from(found).into_iter().flatten().collect())
        })
    };
    let mut inside: HashMap<String, Vec<Found>> = HashMap::new();
    let mut events = each.run(look);
    while let Some(event) = events.next().await {
        match event {
            CompanyEvent::Item(company, found) => {
                inside.insert(company.id, found);
            }
            CompanyEvent::Finished(company, Err(error)) => {
                inside.insert(company.id, unknown(&error).into());
            }
            CompanyEvent::Finished(..) => {}
        }
    }
    inside
}

/// The findings of a customer that could not be looked into.
fn unknown(error: &Error) -> [Found; 2] {
    let advice = error.hint().unwrap_or("check the customer again");
    [FindingKind::AdminsUnknown, FindingKind::DomainsUnknown]
        .map(|finding| Found::new(finding, error.problem(), advice))
}
