//! What a synchronization may do, as its plan keeps it.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::leavers::{Leavers, Share};

/// What a synchronization may do, as a saved plan keeps it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct SyncOptions {
    /// What happens to the people whom the list does not name.
    pub leavers: Leavers,
    /// How many people may leave.
    pub at_most_leavers: Share,
    /// The domains of the people who may join; null for those of the people whom the company has.
    pub domains: Option<Vec<String>>,
    /// The column that identifies a person whose e-mail address has changed.
    pub key: Option<String>,
    /// The columns whose blank cells clear the field.
    pub clear: Vec<String>,
    /// The groups that everybody on the list joins, by name or id. A plan has here those that it has not
    /// found.
    pub groups: Vec<String>,
    /// The ids of the groups that the plan has found: a group that is renamed later stays the same.
    #[serde(default)]
    pub group_ids: Vec<String>,
    /// Whether groups that are missing are created.
    pub create_groups: bool,
    /// Whether inactive people on the list are made active.
    pub activate: bool,
    /// Whether the list may have fewer than half as many rows as the company has people.
    pub smaller_list: bool,
    /// Whether people may leave although a row has no readable e-mail address.
    pub unreadable_rows: bool,
    /// Whether more people may be active than the licence covers.
    pub beyond_license: bool,
    /// The columns that may replace most values of their field.
    pub overwrite: BTreeSet<String>,
    /// How long a job may stand still before it is given up, in seconds; null for the default.
    #[serde(default)]
    pub stall_timeout: Option<u64>,
}
