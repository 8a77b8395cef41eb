//! The tickets of imports: which one is meant, and which are old.

use std::path::Path;
use std::time::{Duration, SystemTime};

use keepnet_flows::{Company, Error, Ticket, TicketFolder, UnreadableTicket};

use crate::commands::users::unfinished::not_known;
use crate::exit::{CliError, ExitStatus, Result};

/// How long the tickets of finished imports are kept.
const RETENTION: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// The number of tickets that an error lists.
const LISTED: usize = 5;

/// Removes old tickets of finished imports.
pub(super) fn remove_old(folder: &TicketFolder) {
    folder.remove_finished(RETENTION, SystemTime::now());
}

/// An unfinished import of a file with this name, whatever its content is, to the same company.
pub(super) fn unfinished_import(
    folder: &TicketFolder,
    company: &Company,
    name: &str,
) -> Option<Ticket> {
    let mut tickets = folder.tickets().ok()?.into_iter();
    tickets.find(|ticket| {
        !ticket.is_finished()
            && is_of_service(ticket, company.raw().client().base_url())
            && ticket.company.id == company.id()
            && ticket.file.name == name
    })
}

/// Finds the ticket that `name` names; without a name, the newest unfinished one of the company, or
/// the only unfinished one if no company is given.
pub(super) fn find(
    folder: Option<TicketFolder>,
    name: Option<&str>,
    base_url: &str,
    company: Option<&Company>,
) -> Result<(TicketFolder, Ticket)> {
    if let Some(path) = name.map(Path::new).filter(|path| path.is_file()) {
        return Ok(TicketFolder::of_file(path)?);
    }
    let Some(folder) = folder else {
        return Err(CliError::usage(
            "an import into the sandbox of an earlier command cannot be resumed",
        )
        .with_hint("set the folder of the tickets with --tickets DIR"));
    };
    if let Some(id) = name {
        let ticket = folder.find(id).map_err(CliError::from_argument)?;
        return Ok((folder, ticket));
    }
    let mut unfinished = folder.tickets().map_err(|error| match unreadable(&error) {
        Some(unreadable) => {
            let hint = format!(
                "{}, or choose a ticket with --resume TICKET",
                unreadable.hint()
            );
            CliError::new(ExitStatus::Running, not_known(unreadable))
                .with_code("unreadable_ticket")
                .with_hint(hint)
        }
        None => error.into(),
    })?;
    unfinished.retain(|ticket| {
        !ticket.is_finished()
            && is_of_service(ticket, base_url)
            && company.is_none_or(|company| company.id() == ticket.company.id)
    });
    let path = folder.path().display();
    let none = |problem: String| Err(CliError::failed(problem));
    match (unfinished.len(), company) {
        (0, None) => none(format!("no unfinished import has a ticket in {path}")),
        (0, Some(company)) => none(format!(
            "no unfinished import of {company} has a ticket in {path}"
        )),
        (1, _) | (_, Some(_)) => Ok((folder, unfinished.swap_remove(0))),
        (count, None) => Err(CliError::usage(format!(
            "{count} imports are unfinished: {}",
            list(&unfinished)
        ))
        .with_hint("choose one with --resume TICKET, or its customer with --company")),
    }
}

/// The ticket that an error says cannot be read.
fn unreadable(error: &Error) -> Option<&UnreadableTicket> {
    error.find_source()
}

fn list(tickets: &[Ticket]) -> String {
    let mut items: Vec<String> = tickets
        .iter()
        .take(LISTED)
        .map(|ticket| {
            format!(
                "{} ({} for {})",
                ticket.id, ticket.file.name, ticket.company
            )
        })
        .collect();
    if tickets.len() > LISTED {
        items.push(format!("and {} more", tickets.len() - LISTED));
    }
    items.join(", ")
}

fn is_of_service(ticket: &Ticket, base_url: &str) -> bool {
    ticket.base_url == base_url.trim_end_matches('/')
}
