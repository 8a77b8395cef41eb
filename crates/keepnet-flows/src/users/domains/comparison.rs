//! What is known of the domains of a list.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use keepnet_client::CompanyRef;

/// The e-mail domains of a list, compared with those of the customer's active users.
///
/// A domain is unknown if none of them has it, or if ten or more people of the list have it and fewer than a
/// tenth as many users, who are not most of the users either.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct DomainComparison {
    /// What the domains were compared with.
    pub basis: DomainBasis,
    /// How many people of the list would be written.
    pub people: u64,
    /// How many of them have an unknown domain.
    pub unknown_people: u64,
    /// Their domains, those of most people first; at most five.
    pub unknown: Vec<DomainRows>,
    /// How many people have a domain that was not compared.
    pub not_compared: u64,
}

/// What the domains of a list were compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DomainBasis {
    /// With the domains of the active users.
    Users,
    /// With the domains that the caller has named.
    Named,
    /// With nothing: the customer has no active users.
    NoUsers,
    /// With nothing: the service does not say which domains the users have.
    Unavailable,
}

/// A domain, and how many people of the list have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct DomainRows {
    /// The domain in lower case; an internationalised one in its ASCII form.
    pub domain: String,
    /// How many people of the list have it.
    pub people: u64,
}

impl DomainComparison {
    /// What a person should know before the list is written, in one line: the unknown domains, or why they
    /// are not known. `None` if each domain is one of the customer.
    pub fn note(&self, company: &CompanyRef) -> Option<String> {
        let name = &company.name;
        let note = match self.basis {
            DomainBasis::NoUsers => format!(
                "{name} has no active users yet, so that the domains of the list cannot be compared"
            ),
            DomainBasis::Unavailable => format!(
                "the service does not say which domains the users of {name} have, so that those of the list cannot be compared"
            ),
            DomainBasis::Users | DomainBasis::Named => {
                let mut notes = Vec::new();
                if self.unknown_people > 0 {
                    notes.push(format!(
                        "{} that no or few users of {name} have: {}",
                        people_have(self.unknown_people, self.people),
                        shown(&self.unknown)
                    ));
                }
                if self.not_compared > 0 {
                    let people = people_have(self.not_compared, self.people);
                    notes.push(format!("{people} that was not compared"));
                }
                notes.join("; ")
            }
        };
        Some(note).filter(|note| !note.is_empty())
    }
}

/// Such as `3 of 40 people have a domain`.
pub(super) fn people_have(people: u64, of: u64) -> String {
    let verb = if people == 1 { "has" } else { "have" };
    let noun = if of == 1 { "person" } else { "people" };
    format!("{people} of {of} {noun} {verb} a domain")
}

/// Such as `globex.example (38), initech.example (2)`.
pub(super) fn shown(domains: &[DomainRows]) -> String {
    let shown = domains
        .iter()
        .map(|it| format!("{} ({})", it.domain, it.people));
    shown.collect::<Vec<_>>().join(", ")
}
