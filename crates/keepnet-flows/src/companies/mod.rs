//! The customers of a reseller.

mod choose;
mod company_list;
mod conditions;
mod dates;
mod doctor;
mod each;
mod groups;
mod license;
mod list;
mod modules;
mod month;
mod selection;
mod summary;

pub use company_list::{CompanyList, CompanySort, CompanyTotals};
pub(crate) use dates::DateOrder;
pub use doctor::{CheckCompanies, CompanyFinding, CompanyFindings, FindingKind, RecordedSyncs};
pub use each::{CompanyEvent, EachCompany};
pub use license::LicenseUse;
pub use list::Companies;
pub(crate) use month::parse_month;
pub use selection::{CompanySelection, SelectedCompanies};
pub use summary::{CompanySummary, UserLimit};
