//! Times as the service writes them.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, DateTime, Time};
use serde::{Deserialize, Serialize};

/// A point in time as the service wrote it.
///
/// The contract promises ISO 8601; what comes is often a text in the date format of the user or the
/// company, such as `25/03/2026 07:49`. The text is kept exactly as sent and understood on request.
/// Whether it is in UTC or in the company's time zone is not known, hence a civil time and no instant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Timestamp(String);

/// Which number of `03/04/2026` is the day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateOrder {
    /// `dd/MM/yyyy`, the service's default.
    #[default]
    DayFirst,
    /// `MM/dd/yyyy`.
    MonthFirst,
}

impl Timestamp {
    /// The text as sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text as sent, without a copy.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }

    /// The date and time it shows, the day before the month; a zone or offset is dropped. `None`
    /// where the text is in no known format.
    #[must_use]
    pub fn civil(&self) -> Option<DateTime> {
        self.civil_in(DateOrder::DayFirst)
    }

    /// As [`civil`](Self::civil), with the order of day and month that the user's settings name.
    #[must_use]
    pub fn civil_in(&self, order: DateOrder) -> Option<DateTime> {
        let text = self.0.trim();
        let (date, rest) = match text.find([' ', 'T', 't']) {
            Some(at) => (&text[..at], text[at + 1..].trim()),
            None => (text, ""),
        };
        let date = parse_date(date, order)?;
        let time = if rest.is_empty() {
            Time::midnight()
        } else {
            parse_time(rest)?
        };
        Some(date.to_datetime(time))
    }
}

/// Three numbers parted by `-`, `/` or `.`; a first one of four digits is the year.
fn parse_date(text: &str, order: DateOrder) -> Option<Date> {
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    let &[first, second, third] = parts.as_slice() else {
        return None;
    };
    let (year, month, day) = match (first.len(), third.len(), order) {
        (4, 1..=2, _) => (first, second, third),
        (1..=2, 4, DateOrder::DayFirst) => (third, second, first),
        (1..=2, 4, DateOrder::MonthFirst) => (third, first, second),
        _ => return None,
    };
    Date::new(number(year)?, number(month)?, number(day)?).ok()
}

/// `07:49`, `07:49:12`, `07:49:12.345`, `07:49 PM`, each with an optional `Z` or offset.
fn parse_time(text: &str) -> Option<Time> {
    let upper = text.to_ascii_uppercase();
    let (clock, half) = match (upper.strip_suffix("AM"), upper.strip_suffix("PM")) {
        (Some(clock), _) => (clock, Some(0)),
        (_, Some(clock)) => (clock, Some(12)),
        _ => (upper.split(['Z', '+', '-']).next()?, None),
    };
    let mut parts = clock.trim().split(':');
    let hour: i8 = number(parts.next()?)?;
    let minute = number(parts.next()?)?;
    let (second, fraction) = match parts.next() {
        None => (0, ""),
        Some(text) => {
            let (second, fraction) = text.split_once('.').unwrap_or((text, ""));
            (number(second)?, fraction)
        }
    };
    let hour = match half {
        None => hour,
        Some(offset) if (1..=12).contains(&hour) => hour % 12 + offset,
        Some(_) => return None,
    };
    let nanoseconds = format!("{fraction:0<9}").get(..9).and_then(number)?;
    match parts.next() {
        None => Time::new(hour, minute, second, nanoseconds).ok(),
        Some(_) => None,
    }
}

/// Digits alone: `parse` would also take a sign.
fn number<N: FromStr>(text: &str) -> Option<N> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Timestamp {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl From<String> for Timestamp {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Timestamp {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        crate::tolerant::option(input).map(|text: Option<String>| Self(text.unwrap_or_default()))
    }
}
