//! What to import, and how.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use keepnet_flows::{Company, Error, ErrorKind, ImportMode, ImportUsers, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::company::list_reading::ListReading;

/// A staff list to import for a customer, and how. It enters the journal of the engine, so it names no
/// person: a mode that selects people by their addresses is refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ImportRequest {
    /// The name of the staff list in the [`Files`](crate::Files) of the workers.
    pub file: String,
    /// The SHA-256 that the file must have, in hexadecimal digits. Default: any content.
    #[serde(default)]
    pub sha256: Option<String>,
    /// Which column fills which field, by header or letter: `{"Team": "Department"}`. Other columns are
    /// mapped by their headers.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// The columns that are left out, by header or letter.
    #[serde(default)]
    pub ignore: Vec<String>,
    /// The worksheet of a workbook. Default: the one that looks like a staff list.
    #[serde(default)]
    pub worksheet: Option<String>,
    /// The row of the headers, from 1. Default: it is found.
    #[serde(default)]
    pub header_row: Option<u32>,
    /// The encoding of a text file. Default: it is found, or the import fails.
    #[serde(default)]
    pub encoding: Option<String>,
    /// The groups that everyone joins, by name or id.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Whether missing groups are created. Default: they are an error.
    #[serde(default)]
    pub create_groups: bool,
    /// Which people to import: `all`, `new` or `existing`. Default: all.
    #[serde(default)]
    pub mode: Option<ImportMode>,
    /// The domains that the people may have. Default: more than half of the people must have one of the
    /// domains of the customer's active users, if it has any.
    #[serde(default)]
    pub domains: Option<Vec<String>>,
    /// Whether to stop before the licence would be exceeded.
    #[serde(default)]
    pub within_license: bool,
    /// Whether a warning about the file is an error.
    #[serde(default)]
    pub strict: bool,
    /// How long a job of the service may make no progress until the attempt fails, in seconds. The
    /// engine then tries again, later. Default: 1,800.
    #[serde(default)]
    pub stall_timeout_seconds: Option<u64>,
}

impl ImportRequest {
    /// An import of all people in a staff list.
    pub fn new(file: impl Into<String>) -> ImportRequest {
        ImportRequest {
            file: file.into(),
            ..ImportRequest::default()
        }
    }

    /// The import of the file at `path`.
    pub(super) fn settings(&self, company: &Company, path: &Path) -> Result<ImportUsers> {
        let mode = self.mode.unwrap_or(ImportMode::All);
        if mode == ImportMode::Selected {
            let problem = "a mode that selects people by their addresses cannot be used here";
            return Err(Error::new(ErrorKind::Invalid, problem)
                .with_hint("the journal of the engine must not hold addresses"));
        }
        let reading = ListReading {
            sha256: self.sha256.as_deref(),
            columns: &self.columns,
            ignore: &self.ignore,
            worksheet: self.worksheet.as_deref(),
            header_row: self.header_row,
            encoding: self.encoding.as_deref(),
        };
        let (sheet, mapper) = (reading.open(path)?, reading.mapper()?);
        let mut import = company.import_users(sheet).mapper(mapper).mode(mode);
        for group in &self.groups {
            import = import.group(group);
        }
        if self.create_groups {
            import = import.create_groups();
        }
        if let Some(domains) = &self.domains {
            import = import.domains(domains);
        }
        if self.within_license {
            import = import.within_license();
        }
        if self.strict {
            import = import.strict();
        }
        if let Some(seconds) = self.stall_timeout_seconds {
            import = import.stall_timeout(Duration::from_secs(seconds));
        }
        Ok(import)
    }
}
