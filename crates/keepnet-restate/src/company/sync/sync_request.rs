//! What to synchronize, and how.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use keepnet_flows::{Company, Leavers, Result, Share, SyncUsers};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::company::list_reading::ListReading;

/// A staff list that names everybody of a customer, and what may change. It enters the journal of the
/// engine, so it must name no person.
///
/// Nobody sees the plan before `sync` applies it; `plan` shows what it would do. What is odd about it ends the synchronization before
/// anything is written, with status 409 and the setting that would allow it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SyncRequest {
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
    /// The encoding of a text file. Default: it is found, or the synchronization fails.
    #[serde(default)]
    pub encoding: Option<String>,
    /// What happens to the people whom the list does not name: `deactivate`, `delete` or `keep`.
    /// Default: `deactivate`.
    #[serde(default)]
    pub leavers: Option<Leavers>,
    /// How many people may leave: `{"percent": 5.0}` or `{"count": 20}`. Default: 10 %.
    #[serde(default)]
    pub at_most_leavers: Option<Share>,
    /// The domains that people may join with. Default: those of the people whom the customer has.
    #[serde(default)]
    pub domains: Option<Vec<String>>,
    /// The column that identifies a person whose e-mail address has changed, by header or letter.
    #[serde(default)]
    pub key: Option<String>,
    /// The columns whose blank cells clear the field, by header or letter.
    #[serde(default)]
    pub clear: Vec<String>,
    /// The groups that everybody on the list joins, by name or id.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Whether missing groups are created. Default: they are an error.
    #[serde(default)]
    pub create_groups: bool,
    /// Whether inactive people on the list are made active.
    #[serde(default)]
    pub activate: bool,
    /// Whether the list may have fewer than half as many people as the customer.
    #[serde(default)]
    pub smaller_list: bool,
    /// Whether people may leave although a row has no readable e-mail address.
    #[serde(default)]
    pub unreadable_rows: bool,
    /// Whether more people may be active than the licence covers.
    #[serde(default)]
    pub beyond_license: bool,
    /// The columns that may replace more than half of the values of their field, by header or letter.
    #[serde(default)]
    pub overwrite: Vec<String>,
    /// Whether a warning about the file is an error.
    #[serde(default)]
    pub strict: bool,
    /// How long a job of the service may make no progress until the attempt fails, in seconds. The
    /// engine then tries again, later. Default: 1,800.
    #[serde(default)]
    pub stall_timeout_seconds: Option<u64>,
}

impl SyncRequest {
    /// A synchronization with a staff list that names everybody.
    pub fn new(file: impl Into<String>) -> SyncRequest {
        SyncRequest {
            file: file.into(),
            ..SyncRequest::default()
        }
    }

    /// The synchronization with the file at `path`.
    pub(super) fn settings(&self, company: &Company, path: &Path) -> Result<SyncUsers> {
        let reading = ListReading {
            sha256: self.sha256.as_deref(),
            columns: &self.columns,
            ignore: &self.ignore,
            worksheet: self.worksheet.as_deref(),
            header_row: self.header_row,
            encoding: self.encoding.as_deref(),
        };
        let sheet = reading.open(path)?;
        let mut sync = company.sync_users(sheet).mapper(reading.mapper()?);
        sync = sync.leavers(self.leavers.unwrap_or_default());
        sync = sync.at_most_leavers(self.at_most_leavers.unwrap_or_default());
        if let Some(domains) = &self.domains {
            sync = sync.domains(domains);
        }
        if let Some(key) = &self.key {
            sync = sync.key(key);
        }
        sync = self.clear.iter().fold(sync, SyncUsers::clear);
        sync = self.groups.iter().fold(sync, SyncUsers::group);
        sync = self.overwrite.iter().fold(sync, SyncUsers::overwrite);
        if let Some(seconds) = self.stall_timeout_seconds {
            sync = sync.stall_timeout(Duration::from_secs(seconds));
        }
        let switches: [(bool, Switch); 6] = [
            (self.create_groups, SyncUsers::create_groups),
            (self.activate, SyncUsers::activate),
            (self.smaller_list, SyncUsers::smaller_list),
            (self.unreadable_rows, SyncUsers::unreadable_rows),
            (self.beyond_license, SyncUsers::beyond_license),
            (self.strict, SyncUsers::strict),
        ];
        let asked = switches.into_iter().filter(|(is_asked, _)| *is_asked);
        Ok(asked.fold(sync, |sync, (_, switch)| switch(sync)))
    }
}

/// A setter without a value.
type Switch = fn(SyncUsers) -> SyncUsers;
