//! The time, and the texts it is written as.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

/// Where the sandbox reads the time; a test can bring its own.
#[derive(Clone)]
pub(crate) struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    pub(crate) fn new(read: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(Timestamp::now)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// `2026-03-25T07:49:00Z`, in whole seconds.
pub(crate) fn iso(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `Wed, 25 Mar 2026 07:49:11 GMT`, as headers carry it.
pub(crate) fn http_date(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// `25/03/2026 07:49`, in UTC: the format of a user nobody has set up.
pub(crate) fn day_first(at: Timestamp) -> String {
    at.strftime("%d/%m/%Y %H:%M").to_string()
}

/// `2026-03`.
pub(crate) fn month(at: Timestamp) -> String {
    at.strftime("%Y-%m").to_string()
}

/// Reads a time as filters carry it: day first, year first or ISO 8601, with or without the time of
/// day.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, ""));
    let moment = DateTime::from_parts(parse_date(date)?, parse_time(time)?);
    moment
        .to_zoned(TimeZone::UTC)
        .ok()
        .map(|zoned| zoned.timestamp())
}

fn parse_date(text: &str) -> Option<Date> {
    let mut parts = text.split(['/', '-', '.']);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (year, month, day) = if first.len() == 4 {
        (first, second, third)
    } else {
        (third, second, first)
    };
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

fn parse_time(text: &str) -> Option<Time> {
    let clean = text.trim().trim_end_matches('Z');
    if clean.is_empty() {
        return Some(Time::midnight());
    }
    let (digits, afternoon) = match clean.split_once(' ') {
        Some((digits, half)) if half.eq_ignore_ascii_case("PM") => (digits, Some(true)),
        Some((digits, half)) if half.eq_ignore_ascii_case("AM") => (digits, Some(false)),
        Some(_) => return None,
        None => (clean, None),
    };
    let mut parts = digits.split(':');
    let hour: i8 = parts.next()?.parse().ok()?;
    let minute: i8 = parts.next()?.parse().ok()?;
    let second: i8 = parts.next().map_or(Some(0), |text| text.parse().ok())?;
    let hour = match afternoon {
        Some(true) => hour % 12 + 12,
        Some(false) => hour % 12,
        None => hour,
    };
    Time::new(hour, minute, second, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filter_dates_are_read_in_every_format_clients_send() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(parse(text).map(iso).as_deref(), expected, "{text}");
        };
        check("25/03/2026 07:49", Some("2026-03-25T07:49:00Z"));
        check("25/03/2026 07:49 PM", Some("2026-03-25T19:49:00Z"));
        check("2026/03/25 12:05 am", Some("2026-03-25T00:05:00Z"));
        check("2026-03-25", Some("2026-03-25T00:00:00Z"));
        check("25.03.2026", Some("2026-03-25T00:00:00Z"));
        check("2026-03-25T07:49:11Z", Some("2026-03-25T07:49:11Z"));
        check("31/02/2026", None);
        check("yesterday", None);
        check("", None);
    }
}
