//! A priority as the service wrote it.

use std::fmt;
use std::ops::Deref;

use keepnet_staff_list::Priority;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A priority as the service wrote it, such as `Medium`. The text is kept exactly as sent, and
/// understood on request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub struct PriorityText(String);

impl PriorityText {
    /// The text as sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The priority that it names; `None` if the text is another word.
    pub fn level(&self) -> Option<Priority> {
        self.0.parse().ok()
    }
}

impl Deref for PriorityText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<String> for PriorityText {
    fn from(text: String) -> PriorityText {
        PriorityText(text)
    }
}

impl From<Priority> for PriorityText {
    fn from(priority: Priority) -> PriorityText {
        PriorityText(priority.wire_name().to_owned())
    }
}

impl fmt::Display for PriorityText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
