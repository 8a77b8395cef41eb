//! The customers of a reseller.

mod choose;
mod company_list;
mod conditions;
mod dates;
mod groups;
mod license;
mod list;
mod summary;

pub use company_list::{CompanyList, CompanySort, CompanyTotals};
pub use license::LicenseUse;
pub use list::Companies;
pub use summary::{CompanySummary, UserLimit};
