//! What an import did: as a receipt, as data, and as files.

mod files;
mod import_report;
mod receipt;

pub use files::ReportFiles;
pub use import_report::ImportReport;
pub use receipt::{Receipt, Reconciliation};
