//! What became of a saved plan since it was made.

use crate::import::RowNumbers;

/// What became of a saved plan since it was made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Remainder {
    /// The rows whose people have joined.
    pub(crate) joined: RowNumbers,
    /// The rows whose people have their values.
    pub(crate) changed: RowNumbers,
    /// How many people have left.
    pub(crate) left: u64,
    /// How many people are not as the plan saw them, and are not written.
    pub(crate) skipped: u64,
}

impl Remainder {
    /// How many people of the plan are not as it saw them, in any way.
    pub(crate) fn differing(&self) -> u64 {
        self.joined.len() + self.changed.len() + self.left + self.skipped
    }
}
