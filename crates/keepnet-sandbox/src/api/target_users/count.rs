//! The number of users of a company.

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

use crate::call::Call;
use crate::http::{HandlerResult, Reply};
use crate::state::State;

/// The service counts new users by month from this month on.
const FIRST_MONTH: Date = date(2025, 12, 1);

/// Handles `GET /api/target-users/count-summary`.
pub(crate) fn count_summary(state: &mut State, call: &Call) -> HandlerResult {
    let people = &state.companies[call.company].people;
    let counts = people.counts();
    let created_between = |from: Timestamp, to: Timestamp| {
        people
            .iter()
            .filter(|user| (from..to).contains(&user.created))
            .count()
    };
    let months = months_until(call.now());
    let monthly = months.iter().map(|month| {
        let (from, to) = (start(*month), start(month.saturating_add(1.month())));
        json!({
            "period": month.strftime("%B %Y").to_string(),
            "periodStart": call.dialect().timestamp(from),
            "count": created_between(from, to),
        })
    });
    Ok(Reply::data(json!({
        "totalNumberOfActiveUsers": counts.active,
        "totalNumberOfInActiveUsers": counts.inactive,
        "totalNumberOfDeletedUsers": counts.deleted,
        "monthlyActiveUsers": monthly.collect::<Value>(),
    })))
}

/// The first days of the months up to the current one.
fn months_until(now: Timestamp) -> Vec<Date> {
    FIRST_MONTH
        .series(1.month())
        .take_while(|month| start(*month) <= now)
        .collect()
}

fn start(month: Date) -> Timestamp {
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
