//! Why it is not certain that a list is whole.

use std::fmt;

/// Why it is not certain that a list is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ListDoubt {
    /// Rows were added or removed during the listing, so that some may be missing.
    Changed,
    /// The service does not say how many rows there are, and a page that comes short ends the list.
    NotCounted,
}

impl ListDoubt {
    /// The doubt about a list that has parts with these doubts.
    pub(crate) fn of_parts(one: Option<ListDoubt>, other: Option<ListDoubt>) -> Option<ListDoubt> {
        match (one, other) {
            (Some(ListDoubt::Changed), _) | (_, Some(ListDoubt::Changed)) => {
                Some(ListDoubt::Changed)
            }
            (one, other) => one.or(other),
        }
    }
}

/// Such as `rows were added or removed during the listing; some may be missing`.
impl fmt::Display for ListDoubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ListDoubt::Changed => {
                "rows were added or removed during the listing; some may be missing"
            }
            ListDoubt::NotCounted => {
                "the service does not say how many rows there are; some may be missing"
            }
        })
    }
}
