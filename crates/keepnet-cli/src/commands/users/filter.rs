//! Which people of a company: the options that listing and exporting share.

use clap::{Args, ValueEnum};
use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, tz::TimeZone};
use keepnet_flows::{Company, Users};

use crate::exit::Failure;

/// Which people.
#[derive(Debug, Default, Args)]
pub(crate) struct Who {
    /// Only those with this text in a name, the e-mail address, the phone number or the department
    #[arg(long, value_name = "TEXT")]
    pub(crate) search: Option<String>,
    /// Only those with this status [default: all but the deleted]
    #[arg(long, value_enum)]
    pub(crate) status: Option<StatusFilter>,
    /// Only those of this department
    #[arg(long, value_name = "NAME")]
    pub(crate) department: Option<String>,
    /// Only those in this group
    #[arg(long, value_name = "NAME|ID")]
    pub(crate) group: Option<String>,
    /// Only those created at this time or later: a date, or a time of RFC 3339, to the minute
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    pub(crate) created_after: Option<DateTime>,
    /// Only those created before this time
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    pub(crate) created_before: Option<DateTime>,
    /// Only those changed at this time or later
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    pub(crate) updated_after: Option<DateTime>,
    /// Only those last changed before this time
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    pub(crate) updated_before: Option<DateTime>,
}

/// Which people to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatusFilter {
    Active,
    Inactive,
    Deleted,
    All,
}

impl Who {
    /// The users that the arguments let through.
    pub(crate) async fn select(&self, company: &Company) -> Result<Users, Failure> {
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

/// A day, which begins at midnight, or an instant, which is taken in UTC.
fn moment(text: &str) -> Result<DateTime, &'static str> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(TimeZone::UTC.to_datetime(instant));
    }
    match text.parse::<Date>() {
        Ok(day) if text.len() == "YYYY-MM-DD".len() => {
            Ok(day.to_datetime(jiff::civil::Time::midnight()))
        }
        _ => Err("write a date such as 2026-03-25, or a time such as 2026-03-25T07:49:00Z"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_day_or_an_instant() {
        let check = |text: &str, expected: Option<&str>| {
            let read = moment(text).ok().map(|it| it.to_string());
            assert_eq!(read.as_deref(), expected, "{text}");
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
