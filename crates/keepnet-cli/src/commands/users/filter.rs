//! The options that choose users, for listing and exporting.

use clap::{Args, ValueEnum};
use jiff::civil::{Date, DateTime, Time};
use jiff::{Timestamp, tz::TimeZone};
use keepnet_flows::{Company, Users};

use crate::exit::{CliError, Result};
use crate::text::filled;

#[derive(Debug, Default, Args)]
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
    /// Only users created at this time or later: a date, or an RFC 3339 time to the minute
    #[arg(long, value_name = "WHEN", value_parser = parse_time)]
    created_after: Option<DateTime>,
    /// Only users created before this time
    #[arg(long, value_name = "WHEN", value_parser = parse_time)]
    created_before: Option<DateTime>,
    /// Only users last updated at this time or later
    #[arg(long, value_name = "WHEN", value_parser = parse_time)]
    updated_after: Option<DateTime>,
    /// Only users last updated before this time
    #[arg(long, value_name = "WHEN", value_parser = parse_time)]
    updated_before: Option<DateTime>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum StatusFilter {
    Active,
    Inactive,
    Deleted,
    All,
}

impl UserFilter {
    /// Whether deleted users are chosen along with the others.
    pub(super) fn is_any_status(&self) -> bool {
        self.status == Some(StatusFilter::All)
    }

    /// The users of a company that the options choose.
    pub(super) async fn users_of(&self, company: &Company) -> Result<Users> {
        let mut users = company.users();
        if let Some(text) = &self.search {
            users = users.search(text);
        }
        if let Some(department) = &self.department {
            users = users.department(department);
        }
        if let Some(group) = &self.group {
            let group = company.group(group).await;
            users = users.group(&group.map_err(CliError::from_argument)?);
        }
        let times = [
            (self.created_after, Users::created_from as fn(_, _) -> _),
            (self.created_before, Users::created_before),
            (self.updated_after, Users::updated_from),
            (self.updated_before, Users::updated_before),
        ];
        for (time, condition) in times {
            if let Some(time) = time {
                users = condition(users, time);
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

/// Parses a date, which starts at midnight, or a time, which is converted to UTC.
fn parse_time(text: &str) -> Result<DateTime, &'static str> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(TimeZone::UTC.to_datetime(instant));
    }
    match text.parse::<Date>() {
        Ok(date) if text.len() == "YYYY-MM-DD".len() => Ok(date.to_datetime(Time::midnight())),
        _ => Err("write a date such as 2026-03-25, or a time such as 2026-03-25T07:49:00Z"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_dates_or_instants() {
        let check = |text: &str, expected: Option<&str>| {
            let parsed = parse_time(text).ok().map(|time| time.to_string());
            assert_eq!(parsed.as_deref(), expected, "{text}");
        };
        check("2026-03-25", Some("2026-03-25T00:00:00"));
        check("2026-03-25T07:49:00Z", Some("2026-03-25T07:49:00"));
        check("2026-03-25T07:49:00+03:00", Some("2026-03-25T04:49:00"));
        check("2026-03-25T07:49", None);
        check("25/03/2026", None);
        check("2026-02-30", None);
        check("yesterday", None);
    }
}
