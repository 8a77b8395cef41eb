//! The result of an import: as a receipt, as data, and as files.

mod import_report;
mod receipt;
mod report_files;

pub use import_report::ImportReport;
pub use receipt::{Receipt, Reconciliation};
pub use report_files::ReportFiles;
