//! The work for one customer: a virtual object, so that one customer has one writer.

mod attempt;
mod export;
mod import;
mod list_reading;
mod object;
mod status;
mod sync;

pub use export::{ExportRequest, ExportSummary};
pub use import::{ImportRequest, ImportSummary};
pub use object::KeepnetCompany;
pub use status::{CompanyStatus, WorkStatus};
pub use sync::{SyncPlanSummary, SyncRequest, SyncSummary};
