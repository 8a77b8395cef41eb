//! Why it is not certain that a list is whole.

use std::fmt;

use crate::{Error, ErrorKind};

/// Why it is not certain that a list is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ListDoubt {
    /// Rows were added or removed during the listing, so that some may be missing.
    Changed,
    /// The service does not say how many rows there are, and a page that comes short, or without rows,
    /// ends the list.
    NotCounted,
    /// The service counts fewer rows than it lists, so that its count says nothing.
    CountedTooFew,
}

impl ListDoubt {
    /// The doubt about a list of these, such as `users were added or removed during the listing; some may
    /// be missing`.
    pub fn about(self, rows: &str) -> String {
        match self {
            ListDoubt::Changed => {
                format!("{rows} were added or removed during the listing; some may be missing")
            }
            ListDoubt::NotCounted => {
                format!("the service does not say how many {rows} there are; some may be missing")
            }
            ListDoubt::CountedTooFew => {
                format!("the service counts fewer {rows} than it lists; some may be missing")
            }
        }
    }

    /// The doubt as the error of a program that needs the whole list of these: of the kind
    /// [`Conflict`](ErrorKind::Conflict) if they changed, or else [`Protocol`](ErrorKind::Protocol).
    pub fn into_error(self, rows: &str) -> Error {
        let kind = match self {
            ListDoubt::Changed => ErrorKind::Conflict,
            ListDoubt::NotCounted | ListDoubt::CountedTooFew => ErrorKind::Protocol,
        };
        Error::new(kind, self.about(rows))
    }

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

/// As [`about`](ListDoubt::about) rows.
impl fmt::Display for ListDoubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.about("rows"))
    }
}
