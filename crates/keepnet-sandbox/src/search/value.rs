//! The value of a field, as filters and sorting compare it.

use std::borrow::Cow;
use std::cmp::Ordering;

use jiff::Timestamp;

use crate::clock;

#[derive(Clone, Debug)]
pub(crate) enum FieldValue<'a> {
    Text(Cow<'a, str>),
    /// A text that a filter may also give as a number: `Active` is 1.
    Named {
        name: &'a str,
        code: i64,
    },
    Number(f64),
    Flag(bool),
    Time(Timestamp),
    /// Several texts, of which a filter needs one.
    List(Vec<&'a str>),
    Blank,
}

impl<'a> FieldValue<'a> {
    pub(crate) fn text(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    /// A text, or blank.
    pub(crate) fn optional_text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Blank, Self::text)
    }

    pub(crate) fn named(name: &'a str, code: i64) -> Self {
        Self::Named { name, code }
    }

    /// The status `Active` or `Inactive`.
    pub(crate) fn status(active: bool) -> Self {
        Self::named(status_name(active), active.into())
    }

    /// The order for sorting: blank values first, texts without regard to case.
    pub(crate) fn sort_order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => lower_case(a).cmp(lower_case(b)),
            (Self::Named { code: a, .. }, Self::Named { code: b, .. }) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            (Self::Flag(a), Self::Flag(b)) => a.cmp(b),
            (Self::Time(a), Self::Time(b)) => a.cmp(b),
            (Self::Blank, Self::Blank) => Ordering::Equal,
            (Self::Blank, _) => Ordering::Less,
            (_, Self::Blank) => Ordering::Greater,
            _ => Ordering::Equal,
        }
    }

    /// Whether the value contains a text, which is in lower case.
    pub(super) fn contains(&self, text: &str) -> bool {
        match self {
            Self::Text(value) => value.to_lowercase().contains(text),
            Self::Named { name, .. } => name.to_lowercase().contains(text),
            Self::List(values) => values
                .iter()
                .any(|value| value.to_lowercase().contains(text)),
            Self::Time(at) => clock::format_day_first(*at).contains(text),
            Self::Number(_) | Self::Flag(_) | Self::Blank => self.equals(text),
        }
    }

    /// Whether the value equals a text, which is in lower case.
    pub(super) fn equals(&self, text: &str) -> bool {
        match self {
            // The web client sends `Blank` for records without a value.
            Self::Text(value) => {
                value.to_lowercase() == text || (text == "blank" && value.is_empty())
            }
            Self::Named { name, code } => name.to_lowercase() == text || text.parse() == Ok(*code),
            Self::List(values) => values.iter().any(|value| value.to_lowercase() == text),
            Self::Flag(true) => matches!(text, "true" | "1"),
            Self::Flag(false) => matches!(text, "false" | "0"),
            Self::Number(_) | Self::Time(_) => self.compare(text) == Some(Ordering::Equal),
            Self::Blank => text == "blank",
        }
    }

    /// The order of the value and a text, which is in lower case.
    pub(super) fn compare(&self, text: &str) -> Option<Ordering> {
        match self {
            Self::Number(number) => number.partial_cmp(&text.parse().ok()?),
            // Filters have a precision of a minute, so the seconds of a record must not count.
            Self::Time(at) => {
                let minute = |at: Timestamp| at.as_second() / 60;
                Some(minute(*at).cmp(&minute(clock::parse(text)?)))
            }
            Self::Named { code, .. } => Some(code.cmp(&text.parse().ok()?)),
            Self::Text(value) => Some(lower_case(value).cmp(text.chars())),
            Self::List(_) | Self::Flag(_) | Self::Blank => None,
        }
    }
}

/// The name of a status.
pub(crate) fn status_name(active: bool) -> &'static str {
    if active { "Active" } else { "Inactive" }
}

fn lower_case(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().flat_map(char::to_lowercase)
}
