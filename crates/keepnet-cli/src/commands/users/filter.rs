//! The options that choose users, for listing and exporting.

use std::str::FromStr;

use clap::{Args, ValueEnum};
use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use keepnet_flows::{Company, Error, Users};

use crate::exit::{CliError, Result};
use crate::text::filled;

#[derive(Clone, Debug, Default, Args)]
pub(crate) struct UserFilter {
    /// Only users with this text in the name, e-mail address, phone number or department
    #[arg(long, value_name = "TEXT", value_parser = filled)]
    search: Option<String>,
    /// Only users with this status [default: all except deleted]
    #[arg(long, value_enum)]
    status: Option<StatusFilter>,
    /// Only users of this department
    #[arg(long, value_name = "NAME", value_parser = filled)]
    department: Option<String>,
    /// Only users in this group
    #[arg(long, value_name = "NAME|ID", value_parser = filled)]
    group: Option<String>,
    /// Only users created at this time or later: a date, an RFC 3339 time to the minute, or an age such
    /// as 90m, 12h, 7d or 2w, which is counted back in UTC
    #[arg(long, value_name = "WHEN")]
    created_after: Option<When>,
    /// Only users created before this time
    #[arg(long, value_name = "WHEN")]
    created_before: Option<When>,
    /// Only users last updated at this time or later
    #[arg(long, value_name = "WHEN")]
    updated_after: Option<When>,
    /// Only users last updated before this time
    #[arg(long, value_name = "WHEN")]
    updated_before: Option<When>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum StatusFilter {
    /// Active users
    Active,
    /// Inactive users
    Inactive,
    /// Deleted users
    Deleted,
    /// All users, also the deleted ones
    All,
}

impl UserFilter {
    /// Whether deleted users are chosen along with the others.
    pub(super) fn is_any_status(&self) -> bool {
        self.status == Some(StatusFilter::All)
    }

    fn times(&self) -> [(&'static str, Option<When>); 4] {
        [
            ("--created-after", self.created_after),
            ("--created-before", self.created_before),
            ("--updated-after", self.updated_after),
            ("--updated-before", self.updated_before),
        ]
    }

    /// The options with an age, as they are to be repeated with the time that it means now. A token of
    /// a listing is only for the same conditions.
    pub(super) fn ages_as_times(&self) -> String {
        let now = Timestamp::now();
        let ages = self
            .times()
            .into_iter()
            .filter_map(|(option, when)| match when? {
                when @ When::Ago { .. } => Some(format!("{option} {}Z ", when.at(now))),
                When::At(_) => None,
            });
        ages.collect()
    }

    /// The users of a company that the options choose.
    pub(super) async fn users_of(&self, company: &Company) -> Result<Users> {
        let users = self.find_users_of(company).await;
        users.map_err(CliError::from_argument)
    }

    /// As [`users_of`](UserFilter::users_of), with the error of the library.
    pub(super) async fn find_users_of(&self, company: &Company) -> Result<Users, Error> {
        let mut users = company.users();
        if let Some(text) = &self.search {
            users = users.search(text);
        }
        if let Some(department) = &self.department {
            users = users.department(department);
        }
        if let Some(group) = &self.group {
            users = users.group(&company.group(group).await?);
        }
        let now = Timestamp::now();
        let conditions = [
            Users::created_from as fn(_, _) -> _,
            Users::created_before,
            Users::updated_from,
            Users::updated_before,
        ];
        for ((_, when), condition) in self.times().into_iter().zip(conditions) {
            if let Some(when) = when {
                users = condition(users, when.at(now));
            }
        }
        Ok(match self.status {
            None => users,
            Some(StatusFilter::Active) => users.active(),
            Some(StatusFilter::Inactive) => users.inactive(),
            Some(StatusFilter::Deleted) => users.deleted(),
            Some(StatusFilter::All) => users.any_status(),
        })
    }
}

/// A time in a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    At(DateTime),
    /// So long before the command runs.
    Ago {
        minutes: i64,
    },
}

impl When {
    /// The time that it means, to the minute, as the service compares it.
    fn at(self, now: Timestamp) -> DateTime {
        match self {
            When::At(time) => time,
            When::Ago { minutes } => {
                let instant = now.saturating_sub(SignedDuration::from_mins(minutes));
                let time = TimeZone::UTC.to_datetime(instant.unwrap_or(Timestamp::MIN));
                let (date, time) = (time.date(), time.time());
                date.at(time.hour(), time.minute(), 0, 0)
            }
        }
    }
}

impl FromStr for When {
    type Err = &'static str;

    /// Parses a date, which starts at midnight, a time, which is converted to UTC, or an age.
    fn from_str(text: &str) -> Result<When, &'static str> {
        if let Ok(instant) = text.parse::<Timestamp>() {
            return Ok(When::At(TimeZone::UTC.to_datetime(instant)));
        }
        if let Some(minutes) = minutes_of_age(text) {
            return Ok(When::Ago { minutes });
        }
        match text.parse::<Date>() {
            Ok(date) if text.len() == "YYYY-MM-DD".len() => {
                Ok(When::At(date.to_datetime(Time::midnight())))
            }
            _ => Err(
                "write a date such as 2026-03-25, a time such as 2026-03-25T07:49:00Z, or an age such \
                 as 7d",
            ),
        }
    }
}

/// The minutes of an age: a whole number with the unit m, h, d or w.
fn minutes_of_age(text: &str) -> Option<i64> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit = match unit {
        "m" => 1,
        "h" => 60,
        "d" => 24 * 60,
        "w" => 7 * 24 * 60,
        _ => return None,
    };
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let number: i64 = Some(number).filter(|_| is_number)?.parse().ok()?;
    // A thousand years are enough, and no calculation overflows.
    number
        .checked_mul(unit)
        .filter(|it| *it <= 1_000 * 366 * 24 * 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_dates_instants_or_ages() {
        let now: Timestamp = "2026-11-27T20:31:44Z".parse().unwrap();
        let check = |text: &str, expected: Option<&str>| {
            let parsed = text.parse::<When>().ok();
            let parsed = parsed.map(|when| when.at(now).to_string());
            assert_eq!(parsed.as_deref(), expected, "{text}");
        };
        check("2026-03-25", Some("2026-03-25T00:00:00"));
        check("2026-03-25T07:49:00Z", Some("2026-03-25T07:49:00"));
        check("2026-03-25T07:49:00+03:00", Some("2026-03-25T04:49:00"));
        check("90m", Some("2026-11-27T19:01:00"));
        check("12h", Some("2026-11-27T08:31:00"));
        check("7d", Some("2026-11-20T20:31:00"));
        check("2w", Some("2026-11-13T20:31:00"));
        for bad in [
            "2026-03-25T07:49",
            "25/03/2026",
            "2026-02-30",
            "yesterday",
            "7",
            "d",
            "-7d",
            "7y",
            "1.5d",
            "99999999999d",
            "7é",
        ] {
            check(bad, None);
        }
    }
}
