//! A month of the monthly figure.

use std::time::SystemTime;

use jiff::civil::Date;

use super::dates::today;
use crate::{Error, ErrorKind, Result};

/// The service has monthly figures from this month on.
const FIRST: &str = "2025-12";

/// The month such as `2026-11`, or the current one in UTC.
///
/// # Errors
///
/// [`ErrorKind::Invalid`] for another text, and for a month that the service has no figure for.
pub(crate) fn parse_month(month: Option<&str>, now: SystemTime) -> Result<String> {
    let current = today(now).strftime("%Y-%m").to_string();
    let Some(month) = month else {
        return Ok(current);
    };
    let is_month = month.len() == FIRST.len() && format!("{month}-01").parse::<Date>().is_ok();
    if !is_month || month < FIRST || month > current.as_str() {
        let problem = format!("the service has no monthly figure for {month:?}");
        let hint = format!("use a month from {FIRST} to {current}, such as {current}");
        return Err(Error::new(ErrorKind::Invalid, problem).with_hint(hint));
    }
    Ok(month.to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn month_has_a_figure_or_is_refused() {
        // 2027-01-15.
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let check = |month: Option<&str>, expected: Option<&str>| {
            let parsed = parse_month(month, now).ok();
            assert_eq!(parsed.as_deref(), expected, "{month:?}");
        };
        check(None, Some("2027-01"));
        check(Some("2025-12"), Some("2025-12"));
        check(Some("2027-01"), Some("2027-01"));
        for wrong in ["2025-11", "2027-02", "2026-13", "2026-1", "November", ""] {
            check(Some(wrong), None);
        }
    }
}
