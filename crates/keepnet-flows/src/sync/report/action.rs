//! What a synchronization does with a person.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a synchronization does with a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SyncAction {
    /// The company gets the person.
    Join,
    /// The record changes.
    Change,
    /// The person becomes inactive or is deleted.
    Leave,
    /// The person is not written.
    Keep,
}

impl fmt::Display for SyncAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SyncAction::Join => "join",
            SyncAction::Change => "change",
            SyncAction::Leave => "leave",
            SyncAction::Keep => "keep",
        })
    }
}
