//! The work for one customer: a virtual object, so that one customer has one writer.

mod engine_tickets;
mod export;
mod import_request;
mod import_run;
mod import_step;
mod import_summary;
mod object;
mod status;

pub use export::{ExportRequest, ExportSummary};
pub use import_request::ImportRequest;
pub use import_summary::ImportSummary;
pub use object::KeepnetCompany;
pub use status::{CompanyStatus, ImportStatus};
