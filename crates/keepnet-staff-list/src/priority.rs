//! How much attention a person or a group needs.

use std::fmt;
use std::str::FromStr;

/// How much attention a person or a group needs. Parsed without regard to case, spaces and dashes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Priority {
    /// `VeryLow`
    VeryLow,
    /// `Low`
    Low,
    /// `Medium`, the default of the service's own form
    #[default]
    Medium,
    /// `High`
    High,
    /// `VeryHigh`
    VeryHigh,
}

impl Priority {
    /// All priorities, from the lowest.
    pub const ALL: [Priority; 5] = [
        Priority::VeryLow,
        Priority::Low,
        Priority::Medium,
        Priority::High,
        Priority::VeryHigh,
    ];

    /// The name in the service.
    pub fn wire_name(self) -> &'static str {
        match self {
            Priority::VeryLow => "VeryLow",
            Priority::Low => "Low",
            Priority::Medium => "Medium",
            Priority::High => "High",
            Priority::VeryHigh => "VeryHigh",
        }
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.wire_name())
    }
}

impl FromStr for Priority {
    type Err = UnknownPriority;

    fn from_str(text: &str) -> Result<Priority, UnknownPriority> {
        let letters: String = text.chars().filter(|it| it.is_alphanumeric()).collect();
        Priority::ALL
            .into_iter()
            .find(|priority| priority.wire_name().eq_ignore_ascii_case(&letters))
            .ok_or(UnknownPriority)
    }
}

/// The error for a text that names no priority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a priority; use VeryLow, Low, Medium, High or VeryHigh")]
pub struct UnknownPriority;
