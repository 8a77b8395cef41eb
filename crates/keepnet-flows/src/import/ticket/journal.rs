//! Writing the ticket of a running import.

use std::fs::File;
use std::sync::OnceLock;

use super::folder::{TicketFolder, seconds};
use super::format::{Step, Ticket};
use crate::company::Company;
use crate::error::{Error, ErrorKind, Result};

/// The ticket of a running import, or none where none is kept.
pub(in crate::import) struct Journal(Option<Open>);

struct Open {
    folder: TicketFolder,
    ticket: Ticket,
    company: Company,
    /// Held as long as the import runs.
    _lock: Option<File>,
}

impl Journal {
    pub(in crate::import) fn none() -> Journal {
        Journal(None)
    }

    /// Begins the ticket of a new import; `known` gets its id once it is on the disk.
    pub(in crate::import) async fn begin(
        folder: TicketFolder,
        company: &Company,
        mut ticket: Ticket,
        known: &OnceLock<String>,
    ) -> Result<Journal> {
        ticket.id = loop {
            let id = new_id(company);
            if !folder.has(&id) {
                break id;
            }
        };
        ticket.created = seconds(company.raw().clock().now());
        let lock = folder.lock(&ticket.id).map_err(unresumable)?;
        let step = ticket.step.clone();
        let id = ticket.id.clone();
        let mut journal = Journal(Some(Open {
            folder,
            ticket,
            company: company.clone(),
            _lock: lock,
        }));
        journal.record(step).await?;
        let _ = known.set(id);
        Ok(journal)
    }

    /// Goes on with the ticket that is on the disk, as long as no other process does.
    pub(in crate::import) fn resume(
        folder: TicketFolder,
        company: &Company,
        id: &str,
    ) -> Result<(Journal, Ticket)> {
        let lock = folder.lock(id)?;
        // Until the lock was had, another process may have gone on with it.
        let ticket = folder.find(id)?;
        let journal = Journal(Some(Open {
            folder,
            ticket: ticket.clone(),
            company: company.clone(),
            _lock: lock,
        }));
        Ok((journal, ticket))
    }

    pub(in crate::import) fn id(&self) -> Option<&str> {
        self.0.as_ref().map(|open| open.ticket.id.as_str())
    }

    /// Writes down that `step` begins.
    pub(in crate::import) async fn record(&mut self, step: Step) -> Result<()> {
        let Some(open) = &mut self.0 else {
            return Ok(());
        };
        open.ticket.step = step;
        open.ticket.updated = seconds(open.company.raw().clock().now());
        let (folder, ticket) = (open.folder.clone(), open.ticket.clone());
        // Bringing a file to the disk takes time that the network threads do not have.
        let written = tokio::task::spawn_blocking(move || {
            let written = folder.write(&ticket);
            written.map_err(|error| {
                unresumable(folder.failed(
                    "keeping a ticket of the import",
                    "cannot be written",
                    error,
                ))
            })
        });
        let written = written.await.unwrap_or_else(|error| {
            Err(Error::new(ErrorKind::Io, "the writing was broken off")
                .with_action("keeping a ticket of the import")
                .with_source(error))
        });
        if written.is_ok() && open.ticket.is_finished() {
            open.folder.unlock(&open.ticket.id);
        }
        written
    }

    /// As [`record`](Journal::record), once the service has the import: a ticket that cannot be
    /// written then stays at the step before, from which it can be found out.
    pub(in crate::import) async fn note(&mut self, step: Step) {
        let _ = self.record(step).await;
    }

    /// Removes the ticket: there is nothing to carry on.
    pub(in crate::import) fn discard(self) -> Result<()> {
        match self.0 {
            Some(open) => open.folder.remove(&open.ticket.id),
            None => Ok(()),
        }
    }
}

fn unresumable(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Io => error.with_hint(
            "the import was stopped because it could not have been carried on after a crash: keep its ticket in another folder",
        ),
        _ => error,
    }
}

/// Twelve digits.
fn new_id(company: &Company) -> String {
    let number = company.raw().random().next_u64();
    format!("{:012x}", number >> 16)
}
