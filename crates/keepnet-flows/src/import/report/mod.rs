//! The result of an import: as a receipt, as data, and as files.

mod import_report;
mod receipt;
mod reconciliation;
mod report_files;

pub use import_report::{ImportOutcome, ImportReport};
pub use receipt::Receipt;
pub use reconciliation::Reconciliation;
pub use report_files::ReportFiles;
