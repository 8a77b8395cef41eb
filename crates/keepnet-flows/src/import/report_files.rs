//! The result of an import as files.

use std::path::PathBuf;

/// The files that were written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReportFiles {
    /// The report.
    pub report: PathBuf,
}
