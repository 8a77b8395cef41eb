//! Dates in the rows of customers, which the service writes in the format of the caller.

use std::time::SystemTime;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// In which order the service writes day and month: `03/04/2026` alone does not say it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum DateOrder {
    DayFirst,
    MonthFirst,
    #[default]
    Unknown,
}

impl DateOrder {
    /// The order that the dates of a list show: one of them with a number above 12 is enough. `Unknown`
    /// if none has one, or if they contradict each other.
    pub(crate) fn of<'a>(dates: impl Iterator<Item = &'a str>) -> DateOrder {
        let orders = dates.filter_map(|text| match Parts::of(text)? {
            Parts::YearLast(13.., ..=12, _) => Some(DateOrder::DayFirst),
            Parts::YearLast(..=12, 13.., _) => Some(DateOrder::MonthFirst),
            _ => None,
        });
        let mut found = DateOrder::Unknown;
        for order in orders {
            match found {
                DateOrder::Unknown => found = order,
                _ if found != order => return DateOrder::Unknown,
                _ => {}
            }
        }
        found
    }

    /// The date at the start of a text; `None` if it is none, or if the order would have to be guessed.
    pub(crate) fn parse(self, text: &str) -> Option<Date> {
        let (year, month, day) = match Parts::of(text)? {
            Parts::YearFirst(year, month, day) => (year, month, day),
            Parts::YearLast(first, second, year) => match (first, second) {
                (13.., _) => (year, second, first),
                (_, 13..) => (year, first, second),
                _ if first == second => (year, first, second),
                _ => match self {
                    DateOrder::DayFirst => (year, second, first),
                    DateOrder::MonthFirst => (year, first, second),
                    DateOrder::Unknown => return None,
                },
            },
        };
        Date::new(year, month, day).ok()
    }
}

impl DateOrder {
    /// Whether a condition holds for the date at the start of a text; `None` if it is no date, or if it
    /// depends on the order of day and month, which is not known.
    pub(crate) fn decide(self, text: &str, condition: impl Fn(Date) -> bool) -> Option<bool> {
        if let Some(date) = self.parse(text) {
            return Some(condition(date));
        }
        let read = |order: DateOrder| order.parse(text).map(&condition);
        read(DateOrder::DayFirst).filter(|holds| read(DateOrder::MonthFirst) == Some(*holds))
    }
}

/// The date in UTC.
pub(super) fn today(now: SystemTime) -> Date {
    let now = Timestamp::try_from(now).unwrap_or_default();
    TimeZone::UTC.to_datetime(now).date()
}

enum Parts {
    YearFirst(i16, i8, i8),
    YearLast(i8, i8, i16),
}

impl Parts {
    /// The three numbers before the time of day, separated by slashes, dots or dashes.
    fn of(text: &str) -> Option<Parts> {
        let date = text.trim().split([' ', 'T']).next()?;
        let parts: Vec<&str> = date.split(['/', '.', '-']).collect();
        let is_number = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
        match *parts.as_slice() {
            _ if !parts.iter().all(is_number) => None,
            [year, month, day] if year.len() == 4 => Some(Parts::YearFirst(
                year.parse().ok()?,
                month.parse().ok()?,
                day.parse().ok()?,
            )),
            [first, second, year] if year.len() == 4 => Some(Parts::YearLast(
                first.parse().ok()?,
                second.parse().ok()?,
                year.parse().ok()?,
            )),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_parsed_or_unknown() {
        use DateOrder::{DayFirst, MonthFirst, Unknown};
        let check = |text: &str, order: DateOrder, expected: Option<&str>| {
            let parsed = order.parse(text).map(|date| date.to_string());
            assert_eq!(parsed.as_deref(), expected, "{text} {order:?}");
        };
        check("2026-12-24T00:00:00Z", Unknown, Some("2026-12-24"));
        check("2026/12/24 10:00", Unknown, Some("2026-12-24"));
        check("24/12/2026 00:00", Unknown, Some("2026-12-24"));
        check("12/24/2026 12:00 AM", Unknown, Some("2026-12-24"));
        check("24.12.2026", MonthFirst, Some("2026-12-24"));
        check("05/05/2026", Unknown, Some("2026-05-05"));
        check("03/04/2026", DayFirst, Some("2026-04-03"));
        check("03/04/2026", MonthFirst, Some("2026-03-04"));
        for unreadable in [
            "03/04/2026",
            "",
            "soon",
            "2026",
            "31/02/2026",
            "1/2/26",
            "99/99/2026",
        ] {
            check(unreadable, Unknown, None);
        }
    }

    #[test]
    fn condition_may_not_depend_on_the_order() {
        use DateOrder::{DayFirst, Unknown};
        let limit = Date::constant(2026, 4, 1);
        let check = |text: &str, order: DateOrder, expected: Option<bool>| {
            let holds = order.decide(text, |date| date >= limit);
            assert_eq!(holds, expected, "{text} {order:?}");
        };
        check("03/04/2026", DayFirst, Some(true));
        check("03/04/2026", Unknown, None);
        check("03/02/2026", Unknown, Some(false));
        check("05/06/2026", Unknown, Some(true));
        check("31/02/2026", Unknown, None);
        check("soon", Unknown, None);
    }

    #[test]
    fn order_is_read_from_all_dates_of_a_list() {
        let check = |dates: &[&str], expected: DateOrder| {
            assert_eq!(DateOrder::of(dates.iter().copied()), expected, "{dates:?}");
        };
        check(&["03/04/2026", "24/12/2026"], DateOrder::DayFirst);
        check(&["03/04/2026", "12/24/2026"], DateOrder::MonthFirst);
        check(&["03/04/2026", "2026-12-24"], DateOrder::Unknown);
        check(&["24/12/2026", "12/24/2026"], DateOrder::Unknown);
        check(&[], DateOrder::Unknown);
    }
}
