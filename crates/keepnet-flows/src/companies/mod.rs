//! The customers of a reseller.

mod choose;
mod company_list;
mod conditions;
mod dates;
mod each;
mod findings;
mod groups;
mod license;
mod list;
mod selection;
mod summary;

pub use company_list::{CompanyList, CompanySort, CompanyTotals};
pub(crate) use dates::DateOrder;
pub use each::{CompanyEvent, EachCompany};
pub use findings::{CompanyFinding, FindingKind};
pub use license::LicenseUse;
pub use list::Companies;
pub(crate) use list::today;
pub use selection::{CompanySelection, SelectedCompanies};
pub use summary::{CompanySummary, UserLimit};
