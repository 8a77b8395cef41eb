//! Comparing the domains of a list with those of the customer.

use super::NAMED_DOMAINS;
use super::comparison::{DomainBasis, DomainComparison, DomainRows};
use super::counts::DomainCounts;
use super::refusal::UnknownDomains;
use super::rule::{NamedDomains, domain_of, is_own_domain, spellings};
use crate::users::find::EMAILS_PER_SEARCH;
use crate::users::row::UserRow;
use crate::users::search::search;
use crate::{Company, Result};

/// How many domains are asked for one by one, the largest first.
const ASKED_DOMAINS: usize = 5;
/// How many users are read if the first one has a longer domain than the one that was asked for.
const READ_USERS: u32 = 1000;

/// Refuses a list of another customer, before anything is sent.
///
/// It costs one request for each of the five largest domains, one for all others together, and one for the
/// number of users where that decides; none if the domains are `named`.
pub(crate) async fn ensure_own_domains(
    company: &Company,
    counts: &DomainCounts,
    named: Option<&[String]>,
) -> Result<DomainComparison> {
    let comparison = match named {
        Some(named) => compare_with_named(counts, &NamedDomains::new(named)),
        None => UserDomains::new(company).compare(counts).await,
    };
    match UnknownDomains::find(&comparison) {
        Some(refusal) => Err(refusal.into_error()),
        None => Ok(comparison),
    }
}

fn compare_with_named(counts: &DomainCounts, named: &NamedDomains) -> DomainComparison {
    let mut comparison = DomainComparison::blank(DomainBasis::Named, counts);
    let domains = counts.largest_first();
    for (domain, people) in domains.iter().filter(|it| !named.contains(it.0)) {
        comparison.add_unknown(domain, *people);
    }
    // The domains that are not counted one by one may be the named ones.
    let counted: u64 = domains.iter().map(|it| it.1).sum();
    comparison.not_compared = counts.people() - counted;
    comparison
}

/// What the service says of the domains of the active users.
struct UserDomains<'a> {
    company: &'a Company,
    /// How many users are active, once it was asked.
    active: Option<u64>,
    has_users: bool,
}

/// The service does not say it.
struct Unavailable;

impl UserDomains<'_> {
    fn new(company: &Company) -> UserDomains<'_> {
        UserDomains {
            company,
            active: None,
            has_users: false,
        }
    }

    async fn compare(mut self, counts: &DomainCounts) -> DomainComparison {
        let mut comparison = DomainComparison::blank(DomainBasis::Users, counts);
        if counts.people() == 0 {
            return comparison;
        }
        comparison.not_compared = counts.people();
        let domains = counts.largest_first();
        let (asked, others) = domains.split_at(domains.len().min(ASKED_DOMAINS));
        for (domain, people) in asked {
            match self.is_own(domain, *people).await {
                Ok(true) => {}
                Ok(false) => comparison.add_unknown(domain, *people),
                Err(Unavailable) => return self.end(comparison),
            }
            comparison.not_compared -= people;
            if self.has_no_users() {
                return DomainComparison::blank(DomainBasis::NoUsers, counts);
            }
        }
        // One search tells that nobody has any of them, and not which of them somebody has.
        let others = &others[..others.len().min(EMAILS_PER_SEARCH)];
        let names: Vec<&str> = others.iter().map(|it| it.0).collect();
        if !names.is_empty() && matches!(self.count_containing(&names).await, Ok(0)) {
            for (domain, people) in others {
                comparison.add_unknown(domain, *people);
                comparison.not_compared -= people;
            }
        }
        self.end(comparison)
    }

    fn end(self, mut comparison: DomainComparison) -> DomainComparison {
        // Without users there is nothing to compare with, and without an answer nothing is known of them.
        if !self.has_users {
            comparison.basis = DomainBasis::Unavailable;
            comparison.not_compared = comparison.people;
            comparison.unknown_people = 0;
            comparison.unknown.clear();
        }
        comparison
    }

    fn has_no_users(&self) -> bool {
        self.active == Some(0)
    }

    async fn is_own(&mut self, domain: &str, people: u64) -> Result<bool, Unavailable> {
        let users = self.count_users(domain).await?;
        self.has_users |= users > 0;
        // The number of users decides only where the domain has none, or few for so many people.
        if users > 0 && is_own_domain(people, users, u64::MAX) {
            return Ok(true);
        }
        if users == 0 && self.has_users {
            return Ok(false);
        }
        let active = match self.active {
            Some(active) => active,
            None => self.count_containing(&[]).await?,
        };
        self.active = Some(active);
        self.has_users |= active > 0;
        Ok(is_own_domain(people, users, active))
    }

    /// How many active users have the domain.
    ///
    /// The service finds texts that contain a part, so that it also counts `@acme.example.org` for
    /// `@acme.example`. Nobody found is certain, and so is that somebody has the domain if the first user
    /// found has it; the count may then be too large, which matters only where the domain has fewer users
    /// than a tenth of the people of the list. If the first user has a longer domain, the users are read and
    /// counted here.
    async fn count_users(&self, domain: &str) -> Result<u64, Unavailable> {
        let (total, first) = self.search(&[domain], 1).await?;
        if total == 0 || first.iter().any(|email| domain_of(email) == domain) {
            return Ok(total);
        }
        let (total, emails) = self.search(&[domain], READ_USERS).await?;
        let own = emails.iter().filter(|email| domain_of(email) == domain);
        match own.count() as u64 {
            0 if (emails.len() as u64) < total => Err(Unavailable),
            own => Ok(own),
        }
    }

    /// How many active users have an address that contains one of the domains; all of them if there are none.
    async fn count_containing(&self, domains: &[&str]) -> Result<u64, Unavailable> {
        Ok(self.search(domains, 1).await?.0)
    }

    /// The number of the users who were found, and the addresses of the first of them.
    async fn search(&self, domains: &[&str], size: u32) -> Result<(u64, Vec<String>), Unavailable> {
        let parts = domains.iter().flat_map(|domain| spellings(domain));
        let parts: Vec<String> = parts.map(|domain| format!("@{domain}")).collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let conditions = self.company.users().conditions(Some("1"), Some(false));
        let filter = conditions.any_text_in("Email", &parts).filter();
        let search = search::<UserRow>(self.company.clone(), None, filter, false);
        // Whatever the reason is, the import goes on and says that the domains are not known.
        let page = search(1, size).await.map_err(|_| Unavailable)?;
        let emails: Vec<String> = page.results.into_iter().map(|row| row.email).collect();
        match page.total_number_of_records {
            Some(total) if total >= emails.len() as u64 => Ok((total, emails)),
            _ => Err(Unavailable),
        }
    }
}

impl DomainComparison {
    fn blank(basis: DomainBasis, counts: &DomainCounts) -> DomainComparison {
        DomainComparison {
            basis,
            people: counts.people(),
            unknown_people: 0,
            unknown: Vec::new(),
            not_compared: match basis {
                DomainBasis::Named | DomainBasis::Users => 0,
                DomainBasis::NoUsers | DomainBasis::Unavailable => counts.people(),
            },
        }
    }

    fn add_unknown(&mut self, domain: &str, people: u64) {
        self.unknown_people += people;
        if self.unknown.len() < NAMED_DOMAINS {
            self.unknown.push(DomainRows {
                domain: domain.to_owned(),
                people,
            });
        }
    }
}
