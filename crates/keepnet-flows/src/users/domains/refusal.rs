//! Why a list is not written before somebody names its domains.

use std::fmt;

use super::comparison::{DomainBasis, DomainComparison, DomainRows, people_have, shown};
use crate::{Error, ErrorKind};

/// Why a list is refused: more than half of its people have a domain that no or few active users of the
/// customer have; or, if domains were named, one has another domain. It may be the list of another customer.
///
/// It is the source of an [`ErrorKind::Conflict`] of an import or an addition. Its `Display` is one line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownDomains {
    /// How many people have such a domain.
    pub people: u64,
    /// How many people of the list would be written.
    pub of: u64,
    /// The domains, those of most people first; at most five.
    pub domains: Vec<DomainRows>,
    /// Whether the caller has named the domains that are allowed.
    pub are_named: bool,
}

impl UnknownDomains {
    /// A word for scripts: that of [`SyncRefusal::UnknownDomains`](crate::SyncRefusal::UnknownDomains).
    pub const CODE: &str = "unknown_domains";

    /// The refusal of a list whose domains compare so, if there is one.
    pub(super) fn find(comparison: &DomainComparison) -> Option<UnknownDomains> {
        let are_named = comparison.basis == DomainBasis::Named;
        let unknown = comparison.unknown_people;
        let is_refused = match comparison.basis {
            DomainBasis::Users => unknown > comparison.people / 2,
            DomainBasis::Named => unknown > 0,
            DomainBasis::NoUsers | DomainBasis::Unavailable => false,
        };
        is_refused.then(|| UnknownDomains {
            people: unknown,
            of: comparison.people,
            domains: comparison.unknown.clone(),
            are_named,
        })
    }

    pub(super) fn into_error(self) -> Error {
        Error::new(ErrorKind::Conflict, self.to_string())
            .with_hint("nothing was written; if the list is right, allow it with `domains`")
            .with_source(self)
    }
}

impl fmt::Display for UnknownDomains {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.are_named {
            true => "that was not named",
            false => "that no or few people of the company have",
        };
        let people = people_have(self.people, self.of);
        write!(f, "{people} {what}: {}", shown(&self.domains))
    }
}

impl std::error::Error for UnknownDomains {}
