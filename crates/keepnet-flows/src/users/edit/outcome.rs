//! What became of a change of one user.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What became of a change of one user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum EditOutcome {
    /// The service has made the change.
    Done,
    /// The user was so before; nothing was written.
    Unchanged,
    /// It would be done. A dry run writes nothing.
    Planned,
    /// Nothing was sent: there is no such user, a directory owns them, or they are deleted.
    Refused,
    /// The service did not make the change.
    Failed,
    /// The service may or may not have made the change. To make it again does no harm.
    Unknown,
}
