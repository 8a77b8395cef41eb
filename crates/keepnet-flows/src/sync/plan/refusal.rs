//! Why a plan is not applied before somebody says yes.

use std::fmt;

use keepnet_staff_list::Field;

use crate::sync::leavers::Share;
use crate::{Error, ErrorKind};

/// Why a plan is not applied. Its `Display` is one line: what is odd, how many are concerned, and which
/// setter of [`SyncUsers`](crate::SyncUsers) allows it.
///
/// It is the source of the [`ErrorKind::Conflict`] of a refused plan.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum SyncRefusal {
    /// No row of the list is valid. Nothing allows it.
    EmptyList {
        /// How many rows are rejected.
        rejected: u64,
    },
    /// The list has fewer than half as many people as the company.
    SmallerList {
        /// The people of the list.
        rows: u64,
        /// The people of the company who could leave.
        people: u64,
    },
    /// People would join with a domain that nobody of the company has, or ten or more people with one that
    /// fewer than a tenth as many active people have, who are not most of the active people.
    UnknownDomains {
        /// How many people.
        joiners: u64,
        /// Their domains, those of most people first; at most five.
        domains: Vec<String>,
        /// Whether the company has people whose domains are known.
        has_people: bool,
    },
    /// More people would leave than may.
    TooManyLeavers {
        /// How many would leave.
        leavers: u64,
        /// How many people of the company could.
        people: u64,
        /// How many may.
        at_most: Share,
    },
    /// Most values of a field would be replaced, which is what a shifted column looks like.
    Overwritten {
        /// The field.
        field: Field,
        /// The column that fills it.
        column: String,
        /// How many people would get another value, or none.
        replaced: u64,
        /// How many people have a value.
        present: u64,
    },
    /// Rows have no readable e-mail address, or the address of a row with another name, so that nobody is
    /// known to have left.
    UnreadableRows {
        /// The first rows, at most five.
        rows: Vec<u32>,
        /// How many rows.
        count: u64,
        /// How many people would leave.
        leavers: u64,
    },
    /// More people would be active than the licence covers.
    BeyondLicense {
        /// The seats of the licence.
        seats: u64,
        /// The active people afterwards.
        after: u64,
    },
    /// More people would be active, and it is not known how many the licence covers.
    UnknownLicense {
        /// How many people.
        joiners: u64,
    },
}

impl SyncRefusal {
    /// A word for scripts, such as `too_many_leavers`.
    pub fn code(&self) -> &'static str {
        match self {
            SyncRefusal::EmptyList { .. } => "empty_list",
            SyncRefusal::SmallerList { .. } => "smaller_list",
            SyncRefusal::UnknownDomains { .. } => "unknown_domains",
            SyncRefusal::TooManyLeavers { .. } => "too_many_leavers",
            SyncRefusal::Overwritten { .. } => "overwritten",
            SyncRefusal::UnreadableRows { .. } => "unreadable_rows",
            SyncRefusal::BeyondLicense { .. } => "beyond_license",
            SyncRefusal::UnknownLicense { .. } => "unknown_license",
        }
    }

    /// The setter of [`SyncUsers`](crate::SyncUsers) that allows it; none for an empty list.
    pub fn setter(&self) -> Option<&'static str> {
        match self {
            SyncRefusal::EmptyList { .. } => None,
            SyncRefusal::SmallerList { .. } => Some("smaller_list"),
            SyncRefusal::UnknownDomains { .. } => Some("domains"),
            SyncRefusal::TooManyLeavers { .. } => Some("at_most_leavers"),
            SyncRefusal::Overwritten { .. } => Some("overwrite"),
            SyncRefusal::UnreadableRows { .. } => Some("unreadable_rows"),
            SyncRefusal::BeyondLicense { .. } | SyncRefusal::UnknownLicense { .. } => {
                Some("beyond_license")
            }
        }
    }

    pub(crate) fn into_error(self) -> Error {
        let error = Error::new(ErrorKind::Conflict, self.to_string());
        let error = match self.setter() {
            Some(setter) => error.with_hint(format!(
                "nothing was written; if the list is right, allow it with `{setter}`"
            )),
            None => error.with_hint("nothing was written; give the whole list"),
        };
        error.with_source(self)
    }
}

impl fmt::Display for SyncRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SyncRefusal::EmptyList { rejected } => {
                write!(f, "the list has no valid row ({rejected} rejected)")
            }
            SyncRefusal::SmallerList { rows, people } => write!(
                f,
                "the list has {}, fewer than half of the {people} of the company who could leave",
                self::people(*rows)
            ),
            SyncRefusal::UnknownDomains {
                joiners,
                domains,
                has_people,
            } => {
                let domains = domains.join(", ");
                match has_people {
                    true => write!(
                        f,
                        "{} would join with a domain that no or few people of the company have: {domains}",
                        people(*joiners)
                    ),
                    false => write!(
                        f,
                        "the company has no people yet, so its domains are not known; {} would join with {domains}",
                        people(*joiners)
                    ),
                }
            }
            SyncRefusal::TooManyLeavers {
                leavers,
                people,
                at_most,
            } => write!(
                f,
                "{leavers} of {people} people would leave, more than {at_most}"
            ),
            SyncRefusal::Overwritten {
                field,
                column,
                replaced,
                present,
            } => write!(
                f,
                "the column {column:?} would replace the {} of {replaced} of {present} people who have one",
                field.label()
            ),
            SyncRefusal::UnreadableRows {
                rows,
                count,
                leavers,
            } => {
                let numbers: Vec<String> = rows.iter().map(u32::to_string).collect();
                let more = match *count > rows.len() as u64 {
                    true => ", …",
                    false => "",
                };
                write!(
                    f,
                    "{} no readable e-mail address of {} own (row {}{more}), so it is not certain that {} left",
                    if *count == 1 {
                        "1 row has".to_owned()
                    } else {
                        format!("{count} rows have")
                    },
                    if *count == 1 { "its" } else { "their" },
                    numbers.join(", "),
                    if *leavers == 1 {
                        "1 person has".to_owned()
                    } else {
                        format!("{leavers} people have")
                    },
                )
            }
            SyncRefusal::BeyondLicense { seats, after } => write!(
                f,
                "{} would be active, and the licence has {seats} {}",
                people(*after),
                if *seats == 1 { "seat" } else { "seats" }
            ),
            SyncRefusal::UnknownLicense { joiners } => write!(
                f,
                "it is not known whether the licence covers {} more",
                people(*joiners)
            ),
        }
    }
}

impl std::error::Error for SyncRefusal {}

fn people(count: u64) -> String {
    match count {
        1 => "1 person".to_owned(),
        _ => format!("{count} people"),
    }
}
