//! Whether the figures of an import agree.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::import::ImportMode;

/// What was expected of an import, what its job reports, and what the company shows afterwards.
///
/// The number of users includes what others did meanwhile: a difference is a reason to look, no proof
/// of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Reconciliation {
    /// How many people were confirmed.
    pub expected: u64,
    /// How many rows the job reports; null where it is not known which job it was, or the job shows no
    /// rows.
    pub reported: Option<u64>,
    /// Active and inactive users before the import; null where they could not be counted.
    pub users_before: Option<u64>,
    /// Active and inactive users after it; null where they could not be counted.
    pub users_after: Option<u64>,
    /// How many users were to be created.
    pub expected_new: u64,
    /// How many people were to be looked for afterwards, at most 50.
    pub people_checked: u64,
    /// How many of them are there or, if they existed before, have a later time of change; null where
    /// they could not be looked for.
    pub people_confirmed: Option<u64>,
    /// Whether the figures agree.
    pub verified: bool,
}

impl Reconciliation {
    /// How many more users there are; `None` if they could not be counted.
    pub fn seen_new(&self) -> Option<u64> {
        Some(self.users_after?.saturating_sub(self.users_before?))
    }

    /// Whether the figures agree.
    pub fn agrees(&self) -> bool {
        self.verified
    }

    /// Compares the figures. `new_checked` is how many of the people who were looked for are new.
    pub(crate) fn with_verdict(mut self, mode: ImportMode, new_checked: u64) -> Reconciliation {
        // The service may have taken an unknown mode for that of all rows. A job of all rows may count
        // a person several times.
        let has_too_many = mode != ImportMode::All && self.reported > Some(self.expected);
        let are_there = self.people_confirmed == Some(self.people_checked);
        // That an existing user has no later time of change shows nothing.
        let is_missing = new_checked > 0 && !are_there;
        let number_agrees = self.number_agrees();
        let all_new_checked = new_checked >= self.expected_new;
        // The number alone shows nothing where it is not known whether the people are there.
        self.verified = self.people_confirmed.is_some()
            && !has_too_many
            && !is_missing
            && match number_agrees {
                Some(true) => true,
                // Others may have changed the number: it does not matter if each person was found.
                Some(false) => new_checked > 0 && all_new_checked,
                None => self.people_checked > 0 && are_there,
            };
        self
    }

    /// Whether there are as many users more as were to be created; `None` if they could not be counted.
    fn number_agrees(&self) -> Option<bool> {
        let (before, after) = (self.users_before?, self.users_after?);
        Some(before.checked_add(self.expected_new) == Some(after))
    }
}

/// Such as `expected 5 new users but the count went from 10 to 18`.
impl fmt::Display for Reconciliation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.expected_new {
            1 => f.write_str("expected 1 new user ")?,
            new => write!(f, "expected {new} new users ")?,
        }
        let link = match self.number_agrees() {
            Some(true) => "and",
            _ => "but",
        };
        match (self.users_before, self.users_after) {
            (Some(before), Some(after)) => {
                write!(f, "{link} the count went from {before} to {after}")?;
            }
            _ => f.write_str("but they cannot be counted")?,
        }
        let checked = self.people_checked;
        match self.people_confirmed {
            None => f.write_str(", and it is not known whether the people are there")?,
            Some(found) if found < checked => write!(f, ", and found {found} of {checked} people")?,
            Some(_) => {}
        }
        match self.reported {
            Some(rows) if rows > self.expected => {
                write!(
                    f,
                    ", and the job took {rows} rows in place of {}",
                    self.expected
                )
            }
            _ => Ok(()),
        }
    }
}
