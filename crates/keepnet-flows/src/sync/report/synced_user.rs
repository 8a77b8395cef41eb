//! A person who was edited by one request.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::action::SyncAction;
use crate::users::EditOutcome;

/// What became of a person who was edited by one request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct SyncedUser {
    /// The resource id.
    pub id: String,
    /// The row of the list; null for a leaver.
    pub row: Option<u32>,
    /// What was to be done.
    pub action: SyncAction,
    /// What became of it.
    pub outcome: EditOutcome,
    /// Why it was not done, or what is not certain.
    pub message: Option<String>,
}

impl SyncedUser {
    /// Whether the person is as the list says.
    pub(crate) fn is_done(&self) -> bool {
        self.is_written() && self.message.is_none()
    }

    /// Whether the record was written, or needed no change. Part of it may still be missing, which the
    /// message says.
    pub(crate) fn is_written(&self) -> bool {
        matches!(self.outcome, EditOutcome::Done | EditOutcome::Unchanged)
    }
}
