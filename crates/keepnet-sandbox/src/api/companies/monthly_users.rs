//! The monthly figure of users, for the users of one company and for the list of companies.

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::rules::MonthlyFigure;
use crate::state::Company;

/// The service counts users by month from this month on.
const FIRST_MONTH: Date = date(2025, 12, 1);

/// The figure of a month, which its first day stands for.
pub(in crate::api) fn count(company: &Company, month: Date, figure: MonthlyFigure) -> u64 {
    let name = month.strftime("%Y-%m").to_string();
    if let Some(count) = company.monthly_users.get(&name) {
        return *count;
    }
    let (from, to) = (start(month), start(month.saturating_add(1.month())));
    let count = match figure {
        MonthlyFigure::Added => company.people.count_created(from, to),
        MonthlyFigure::Included => company.people.count_existing(from, to),
    };
    count as u64
}

/// The first days of the months up to the current one.
pub(in crate::api) fn months_until(now: Timestamp) -> Vec<Date> {
    FIRST_MONTH
        .series(1.month())
        .take_while(|month| start(*month) <= now)
        .collect()
}

/// The first day of the month with this name, such as `2026-11`.
pub(in crate::api) fn parse_month(name: &str) -> Option<Date> {
    format!("{name}-01").parse().ok()
}

/// The first day of the current month.
pub(in crate::api) fn current_month(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::UTC).date().first_of_month()
}

/// When a month starts, in UTC.
pub(in crate::api) fn start(month: Date) -> Timestamp {
    month
        .to_zoned(TimeZone::UTC)
        .map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_start_with_december_2025() {
        let check = |now: &str, expected: &[&str]| {
            let months: Vec<String> = months_until(now.parse().unwrap())
                .iter()
                .map(ToString::to_string)
                .collect();
            assert_eq!(months, expected, "{now}");
        };
        check("2025-11-30T23:59:59Z", &[]);
        check("2025-12-01T00:00:00Z", &["2025-12-01"]);
        check(
            "2026-02-28T12:00:00Z",
            &["2025-12-01", "2026-01-01", "2026-02-01"],
        );
    }
}
