//! The customers of a reseller.

mod choose;
mod list;
mod summary;

pub use list::Companies;
pub use summary::CompanySummary;
