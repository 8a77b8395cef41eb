//! What became of a change of many users, as data.

use std::fmt;

use keepnet_client::CompanyRef;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::outcome::EditOutcome;
use crate::users::user::User;

/// What became of the change of one user. Nothing of the person is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct EditedUser {
    /// The place in the input; the first is 1.
    pub number: u64,
    /// The resource id; null if there is no such user.
    pub id: Option<String>,
    /// What became of them.
    pub outcome: EditOutcome,
    /// Why they were not changed.
    pub message: Option<String>,
}

/// What became of a change of many users.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct EditReport {
    /// The customer.
    pub company: CompanyRef,
    /// The change: `deactivate`, `activate`, `delete`, `add to group` or `remove from group`.
    pub change: String,
    /// The group that people join or leave; null for other changes.
    pub group: Option<String>,
    /// Whether nothing was written.
    pub is_dry_run: bool,
    /// How many people there are.
    pub rows: EditCounts,
    /// What became of each, in the order of the input.
    pub users: Vec<EditedUser>,
}

/// How many people there are. The others add up to `total`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct EditCounts {
    /// All of them.
    pub total: u64,
    /// People who were changed.
    pub done: u64,
    /// People who were so before, and those who are in the input above already.
    pub unchanged: u64,
    /// People who would be changed; only of a dry run.
    pub planned: u64,
    /// People of whom nothing was sent: nobody has the address, a directory owns them, or they are
    /// deleted.
    pub refused: u64,
    /// People whom the service did not change.
    pub failed: u64,
    /// People of whom it is not known.
    pub unknown: u64,
}

impl EditedUser {
    /// The outcome of a change of one user, such as that of [`UpdateUser`](crate::UpdateUser).
    pub fn single(user: &User, outcome: EditOutcome) -> EditedUser {
        EditedUser {
            number: 1,
            id: Some(user.id.clone()),
            outcome,
            message: None,
        }
    }
}

impl EditReport {
    /// Whether everybody is as wanted now, or would be.
    pub fn is_complete(&self) -> bool {
        self.rows.refused + self.rows.failed + self.rows.unknown == 0
    }
}

impl EditCounts {
    pub(super) fn of(users: &[EditedUser]) -> EditCounts {
        let mut counts = EditCounts::default();
        for user in users {
            counts.total += 1;
            *match user.outcome {
                EditOutcome::Done => &mut counts.done,
                EditOutcome::Unchanged => &mut counts.unchanged,
                EditOutcome::Planned => &mut counts.planned,
                EditOutcome::Refused => &mut counts.refused,
                EditOutcome::Failed => &mut counts.failed,
                EditOutcome::Unknown => &mut counts.unknown,
            } += 1;
        }
        counts
    }
}

impl fmt::Display for EditReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.company, self.change)?;
        if let Some(group) = &self.group {
            write!(f, " {group:?}")?;
        }
        match self.is_dry_run {
            true => write!(f, ": {} to change", self.rows.planned)?,
            false => write!(f, ": {} done", self.rows.done)?,
        }
        let others = [
            (self.rows.unchanged, "unchanged"),
            (self.rows.refused, "refused"),
            (self.rows.failed, "failed"),
            (self.rows.unknown, "unknown"),
        ];
        for (count, what) in others.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, ", {count} {what}")?;
        }
        match self.is_dry_run {
            true => f.write_str("; nothing is written"),
            false => Ok(()),
        }
    }
}
