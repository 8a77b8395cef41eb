//! Which of the people in a file an import takes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which of the people in the file are imported. Rejected rows never are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ImportMode {
    /// New people are created, those that are there already are updated. A second run of the same
    /// file creates nobody, and writes the same values once more.
    #[default]
    All,
    /// New people are created, nobody is updated. A second run of the same file writes nothing.
    New,
    /// People that are there already are updated, nobody is created.
    Existing,
    /// Only people with the given e-mail addresses; see [`ImportUsers::select`].
    #[cfg_attr(doc, doc = "")]
    #[cfg_attr(doc, doc = "[`ImportUsers::select`]: crate::ImportUsers::select")]
    Selected,
}
