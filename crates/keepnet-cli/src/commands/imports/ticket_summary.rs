//! An import in a list.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use keepnet_flows::import::TicketStep;
use keepnet_flows::{CompanyRef, Ticket};
use schemars::JsonSchema;
use serde::Serialize;

use crate::ui::{Column, Record};

/// An import that has a ticket.
#[derive(Serialize, JsonSchema)]
pub(in crate::commands) struct TicketSummary {
    /// The id of the ticket, for `users import --resume`.
    id: String,
    /// Where the import stands.
    state: State,
    /// The name of the staff list.
    file: String,
    /// The customer.
    company: CompanyRef,
    /// The time since its last step began, in its largest whole unit, such as `12m`, `5h` or `2d`.
    age: String,
    /// When it began, as RFC 3339 in UTC.
    created: String,
    /// When its last step began, as RFC 3339 in UTC.
    updated: String,
    /// The address of the service.
    base_url: String,
}

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    /// No user was written, and none will be before a confirmation.
    Unconfirmed,
    /// It was confirmed, and its end is not known here.
    Confirmed,
    /// The import job has failed.
    Failed,
    /// The import is finished.
    Done,
}

impl State {
    pub(super) fn of(ticket: &Ticket) -> State {
        match &ticket.step {
            TicketStep::Done { .. } => State::Done,
            TicketStep::Failed { .. } => State::Failed,
            _ if ticket.is_confirmed() => State::Confirmed,
            _ => State::Unconfirmed,
        }
    }
}

impl TicketSummary {
    pub(super) fn of(ticket: &Ticket) -> TicketSummary {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let now = now.unwrap_or_default().as_secs();
        TicketSummary {
            id: ticket.id.clone(),
            state: State::of(ticket),
            file: ticket.file.name.clone(),
            company: ticket.company.clone(),
            age: age(Duration::from_secs(now.saturating_sub(ticket.updated))),
            created: rfc_3339(ticket.created),
            updated: rfc_3339(ticket.updated),
            base_url: ticket.base_url.clone(),
        }
    }
}

fn rfc_3339(seconds: u64) -> String {
    let time = i64::try_from(seconds).ok();
    let time = time.and_then(|it| Timestamp::from_second(it).ok());
    time.unwrap_or(Timestamp::MAX).to_string()
}

/// The largest whole unit, in the words that a filter takes.
fn age(age: Duration) -> String {
    let minutes = age.as_secs() / 60;
    match (minutes / (24 * 60), minutes / 60) {
        (0, 0) => format!("{minutes}m"),
        (0, hours) => format!("{hours}h"),
        (days, _) => format!("{days}d"),
    }
}

impl Record for TicketSummary {
    const COLUMNS: &'static [Column] = &[
        Column::whole("id"),
        Column::whole("state"),
        Column::name("file"),
        Column::name("company_name"),
        Column::whole("age"),
        Column::whole("company_id"),
        Column::whole("created"),
        Column::whole("updated"),
        Column::text("base_url"),
    ];
    const TABLE_COLUMNS: usize = 5;
    // RFC 3339 in UTC is sorted as a text; the texts of ages are not in the order of their times.
    const UNSORTED: &'static [&'static str] = &["age"];
    const NONE: &'static str = "no imports have a ticket";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn age_has_its_largest_unit() {
        let check = |seconds: u64, expected: &str| {
            assert_eq!(age(Duration::from_secs(seconds)), expected);
        };
        check(0, "0m");
        check(59 * 60 + 59, "59m");
        check(60 * 60, "1h");
        check(48 * 60 * 60, "2d");
        assert_eq!(rfc_3339(1_795_810_000), "2026-11-27T20:06:40Z");
    }
}
