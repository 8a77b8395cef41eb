//! An import or a synchronization in a list.

use std::time::{Duration, SystemTime};

use keepnet_flows::import::TicketStep;
use keepnet_flows::{CompanyRef, SyncTicket, Ticket, TicketFolder, UnreadableTicket};
use schemars::JsonSchema;
use serde::Serialize;

use crate::exit::Result;
use crate::text::rfc_3339;
use crate::ui::{Column, Record};

/// An import or a synchronization that has a ticket.
#[derive(Serialize, JsonSchema)]
pub(in crate::commands) struct TicketSummary {
    /// The id of the ticket, for `users import --resume` or `users sync --resume`.
    id: String,
    /// What it is.
    kind: Kind,
    /// Where it stands.
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

/// What a ticket belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// An import, which `users import --resume` resumes.
    Import,
    /// A synchronization, which `users sync --resume` resumes.
    Sync,
}

/// Where an import or a synchronization stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    /// No user was written, and none will be before a confirmation.
    Unconfirmed,
    /// It was confirmed, and its end is not known here.
    Confirmed,
    /// It was refused, or its job has failed; it imports nobody any more.
    Failed,
    /// It is finished.
    Done,
}

impl State {
    pub(super) fn of(ticket: &Ticket) -> State {
        match &ticket.step {
            TicketStep::Done { .. } => State::Done,
            TicketStep::Failed { .. } | TicketStep::Refused => State::Failed,
            _ if ticket.is_confirmed() => State::Confirmed,
            _ => State::Unconfirmed,
        }
    }
}

impl TicketSummary {
    pub(super) fn of_import(ticket: &Ticket) -> TicketSummary {
        TicketSummary {
            kind: Kind::Import,
            state: State::of(ticket),
            ..TicketSummary::new(
                (&ticket.id, &ticket.company, &ticket.base_url),
                &ticket.file.name,
                (ticket.created, ticket.updated),
            )
        }
    }

    pub(super) fn of_sync(ticket: &SyncTicket) -> TicketSummary {
        let plan = &ticket.plan;
        TicketSummary {
            kind: Kind::Sync,
            // It has a ticket once it is confirmed.
            state: match ticket.is_finished() {
                true => State::Done,
                false => State::Confirmed,
            },
            ..TicketSummary::new(
                (&ticket.id, &plan.company, &plan.base_url),
                &plan.file.name,
                (ticket.created, ticket.updated),
            )
        }
    }

    /// The summaries of all tickets in a folder, the newest first, and the tickets that cannot be read.
    pub(super) fn of_folder(
        folder: &TicketFolder,
    ) -> Result<(Vec<TicketSummary>, Vec<UnreadableTicket>)> {
        let imports = folder.readable_tickets()?;
        let syncs = folder.readable_syncs()?;
        let mut dated: Vec<(u64, TicketSummary)> = Vec::new();
        let of_imports = imports.tickets.iter();
        dated.extend(of_imports.map(|it| (it.created, Self::of_import(it))));
        let of_syncs = syncs.tickets.iter();
        dated.extend(of_syncs.map(|it| (it.created, Self::of_sync(it))));
        dated.sort_by_key(|(created, _)| std::cmp::Reverse(*created));
        let summaries = dated.into_iter().map(|(_, summary)| summary).collect();
        let unreadable = imports.unreadable.into_iter().chain(syncs.unreadable);
        Ok((summaries, unreadable.collect()))
    }

    /// Whether nothing is left to resume.
    pub(super) fn is_finished(&self) -> bool {
        matches!(self.state, State::Done | State::Failed)
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// The command that resumes it.
    pub(super) fn resume_command(&self) -> String {
        let command = match self.kind {
            Kind::Import => "users import",
            Kind::Sync => "users sync",
        };
        format!("keepnet {command} --resume {}", self.id)
    }

    fn new(
        (id, company, base_url): (&str, &CompanyRef, &str),
        file: &str,
        (created, updated): (u64, u64),
    ) -> TicketSummary {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let now = now.unwrap_or_default().as_secs();
        TicketSummary {
            id: id.to_owned(),
            kind: Kind::Import,
            state: State::Confirmed,
            file: file.to_owned(),
            company: company.clone(),
            age: age(Duration::from_secs(now.saturating_sub(updated))),
            created: rfc_3339(created),
            updated: rfc_3339(updated),
            base_url: base_url.to_owned(),
        }
    }
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
        Column::whole("kind"),
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
