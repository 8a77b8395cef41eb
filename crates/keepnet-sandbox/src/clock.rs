//! The clock of the sandbox, and the text formats of times.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

/// Where the sandbox reads the time; a test can inject its own source.
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
pub(crate) fn format_iso(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `Wed, 25 Mar 2026 07:49:11 GMT`, as HTTP headers write it.
pub(crate) fn format_http_date(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// `25/03/2026 07:49`, in UTC: the format of an account with default settings.
pub(crate) fn format_day_first(at: Timestamp) -> String {
    at.strftime("%d/%m/%Y %H:%M").to_string()
}

/// `2026-03`.
pub(crate) fn format_month(at: Timestamp) -> String {
    at.strftime("%Y-%m").to_string()
}

/// Parses a time in a filter: day first, year first or ISO 8601, with or without the time of day.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(at) = text.parse() {
        return Some(at);
    }
    // Clients write a date in the format that their user has chosen, so several are in use.
    let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, "00:00"));
    let date = date.replace(['/', '.'], "-");
    let date = ["%d-%m-%Y", "%Y-%m-%d"]
        .iter()
        .find_map(|format| Date::strptime(format, &date).ok())?;
    let time = time.trim_end_matches('Z').trim();
    let time = ["%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p"]
        .iter()
        .find_map(|format| Time::strptime(format, time).ok())?;
    let zoned = DateTime::from_parts(date, time).to_zoned(TimeZone::UTC);
    Some(zoned.ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filter_date_is_parsed_in_every_client_format() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(parse(text).map(format_iso).as_deref(), expected, "{text}");
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
