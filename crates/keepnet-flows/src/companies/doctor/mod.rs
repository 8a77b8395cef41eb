//! What a reseller should look at among the customers.

mod admins;
mod check;
mod domains;
mod finding;
mod listed;
mod syncs;

pub use check::{CheckCompanies, CompanyFindings};
pub use finding::{CompanyFinding, FindingKind};
pub use syncs::RecordedSyncs;
