//! The customers of a reseller.

mod choose;
mod license;
mod list;
mod summary;

pub use license::LicenseUse;
pub use list::Companies;
pub use summary::CompanySummary;
