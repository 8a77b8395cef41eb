//! What happens to the people whom the list does not name, and how many they may be.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a synchronization does with the people of the company whom the list does not name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Leavers {
    /// Makes them inactive. An inactive person keeps all data and takes no seat of the licence, and
    /// can be made active again. Default.
    #[default]
    Deactivate,
    /// Deletes them, active or not. They leave all groups, and the vendor describes it as irreversible.
    Delete,
    /// Leaves them as they are.
    Keep,
}

/// A part of the people of a company: a number, or a share of them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Share {
    /// This many of a hundred people, rounded up to a whole person.
    Percent(f64),
    /// This many people.
    Count(u64),
}

/// The error for a text that is no [`Share`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownShare;

impl Share {
    /// This many of a hundred people, rounded up to a whole person. Less than 0 and what is no number are
    /// 0, and more than 100 is 100.
    pub fn percent(percent: impl Into<f64>) -> Share {
        Share::Percent(percent.into())
    }

    /// This many people.
    pub fn count(count: u64) -> Share {
        Share::Count(count)
    }

    /// How many of `people` it is.
    pub(super) fn of(self, people: u64) -> u64 {
        match self {
            Share::Count(count) => count,
            Share::Percent(percent) => {
                (people as f64 * percent.clamp(0.0, 100.0) / 100.0).ceil() as u64
            }
        }
    }
}

impl Default for Share {
    fn default() -> Share {
        Share::Percent(10.0)
    }
}

/// Reads `10%` and `25`.
impl FromStr for Share {
    type Err = UnknownShare;

    fn from_str(text: &str) -> Result<Share, UnknownShare> {
        let text = text.trim();
        let share = match text.strip_suffix('%') {
            Some(percent) => percent.trim().parse().ok().map(Share::Percent),
            None => text.parse().ok().map(Share::Count),
        };
        let is_usable = |share: &Share| match share {
            Share::Percent(percent) => (0.0..=100.0).contains(percent),
            Share::Count(_) => true,
        };
        share.filter(is_usable).ok_or(UnknownShare)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Share::Percent(percent) => write!(f, "{percent} %"),
            Share::Count(count) => write!(f, "{count}"),
        }
    }
}

impl fmt::Display for UnknownShare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("write a number of people such as 25, or a share of them such as 10%")
    }
}

impl std::error::Error for UnknownShare {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn share_is_rounded_up_to_a_person() {
        let check = |share: &str, people: u64, expected: u64| {
            let share: Share = share.parse().unwrap();
            assert_eq!(share.of(people), expected, "{share} of {people}");
        };
        check("10%", 100, 10);
        check("10 %", 3, 1);
        check("0%", 100, 0);
        check("0.5%", 1000, 5);
        check("100%", 7, 7);
        check("25", 7, 25);
        check("0", 7, 0);
    }

    #[test]
    fn share_of_another_form_is_refused() {
        for text in ["", "%", "ten", "-1", "101%", "-1%", "1.5", "NaN%"] {
            assert_eq!(text.parse::<Share>(), Err(UnknownShare), "{text:?}");
        }
    }
}
