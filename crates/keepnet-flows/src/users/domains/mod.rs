//! Whether the e-mail domains of a list are those of the customer.

mod compare;
mod comparison;
mod counts;
mod refusal;
mod rule;

pub(crate) use compare::ensure_own_domains;
pub use comparison::{DomainBasis, DomainComparison, DomainRows};
pub(crate) use counts::DomainCounts;
pub use refusal::UnknownDomains;
pub(crate) use rule::{NamedDomains, domain_of, is_own_domain};

/// How many domains a refusal names.
pub(crate) const NAMED_DOMAINS: usize = 5;
