//! Writing the ticket of a running import.

use std::fs::File;

use super::folder::{TicketFolder, seconds};
use super::format::{Ticket, TicketStep};
use crate::import::SharedIds;
use crate::{Company, Error, ErrorKind, Result};

/// The ticket of a running import. It is written to disk if there is a folder for it.
pub(crate) struct Journal {
    pub(crate) ticket: Ticket,
    company: Company,
    stored: Option<Stored>,
}

struct Stored {
    folder: TicketFolder,
    /// Held until the import ends.
    _lock: Option<File>,
}

impl Journal {
    /// Starts the ticket of a new import.
    pub(crate) async fn begin(
        company: &Company,
        mut ticket: Ticket,
        folder: Option<TicketFolder>,
    ) -> Result<Journal> {
        let mut stored = None;
        if let Some(folder) = folder {
            ticket.id = loop {
                let id = new_id(company);
                if !folder.has(&id) {
                    break id;
                }
            };
            ticket.created = seconds(company.raw().client().clock().now());
            let _lock = folder.lock(&ticket.id).map_err(stopped)?;
            stored = Some(Stored { folder, _lock });
        }
        let step = ticket.step.clone();
        let mut journal = Journal {
            ticket,
            company: company.clone(),
            stored,
        };
        journal.record(step).await?;
        Ok(journal)
    }

    /// Locks and reads the ticket of an import that is resumed.
    pub(crate) fn resume(folder: TicketFolder, company: &Company, id: &str) -> Result<Journal> {
        let _lock = folder.lock(id)?;
        Ok(Journal {
            ticket: folder.find(id)?,
            company: company.clone(),
            stored: Some(Stored { folder, _lock }),
        })
    }

    /// The id of the ticket, if it is on disk.
    pub(crate) fn ticket_id(&self) -> Option<&str> {
        self.stored.as_ref().map(|_| self.ticket.id.as_str())
    }

    /// Publishes the ids of an import whose file was sent.
    pub(crate) fn publish_ids(&self, ids: &SharedIds, transaction: &str) {
        let _ = ids.transaction.set(transaction.to_owned());
        if let Some(ticket) = self.ticket_id() {
            let _ = ids.ticket.set(ticket.to_owned());
        }
    }

    /// Records that `step` begins.
    pub(crate) async fn record(&mut self, step: TicketStep) -> Result<()> {
        self.ticket.step = step;
        let Some(stored) = &self.stored else {
            return Ok(());
        };
        self.ticket.updated = seconds(self.company.raw().client().clock().now());
        let (folder, ticket) = (stored.folder.clone(), self.ticket.clone());
        // Synchronising a file takes too long for the threads of the network.
        let written = tokio::task::spawn_blocking(move || folder.write(&ticket));
        written
            .await
            .unwrap_or_else(|error| {
                let problem = "the writing of the ticket was interrupted";
                Err(Error::new(ErrorKind::Io, problem).with_source(error))
            })
            .map_err(stopped)?;
        if self.ticket.is_finished() {
            stored.folder.unlock(&self.ticket.id);
        }
        Ok(())
    }

    /// As [`record`](Journal::record), after the service has accepted the import. If it fails, the
    /// ticket stays at the step before, from which the outcome can be found out.
    pub(crate) async fn record_if_possible(&mut self, step: TicketStep) {
        let _ = self.record(step).await;
    }

    /// Removes the ticket.
    pub(crate) fn discard(self) -> Result<()> {
        match self.stored {
            Some(stored) => stored.folder.remove(&self.ticket.id),
            None => Ok(()),
        }
    }
}

fn stopped(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Io => error.with_hint(
            "the import was stopped because it could not have been resumed after a crash: keep its ticket in another folder",
        ),
        _ => error,
    }
}

/// Twelve hexadecimal digits.
fn new_id(company: &Company) -> String {
    let number = company.raw().client().random().next_u64();
    format!("{:012x}", number >> 16)
}
