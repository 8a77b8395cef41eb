//! Writing the ticket of a running import.

use std::sync::Arc;
use std::time::SystemTime;

use super::company_lock::lock_company;
use super::format::{Ticket, TicketStep};
use super::store::{TicketLock, TicketStore};
use crate::import::SharedIds;
use crate::{Company, Error, ErrorKind, Result};

/// The ticket of a running import. It is written if there is a store for it.
pub(crate) struct Journal {
    pub(crate) ticket: Ticket,
    company: Company,
    stored: Option<Stored>,
}

struct Stored {
    store: Arc<dyn TicketStore>,
    /// Held until the import ends.
    _lock: TicketLock,
    _company: TicketLock,
}

impl Journal {
    /// Starts the ticket of a new import.
    pub(crate) async fn begin(
        company: &Company,
        mut ticket: Ticket,
        store: Option<Arc<dyn TicketStore>>,
    ) -> Result<Journal> {
        let mut stored = None;
        if let Some(store) = store {
            ticket.id = new_id(company);
            while has_ticket(&*store, &ticket.id).await? {
                ticket.id = new_id(company);
            }
            ticket.created = seconds(company.raw().client().clock().now());
            let _company = lock_company(&*store, company, &describe(&ticket)).await;
            let _company = _company.map_err(stopped)?;
            store.ensure_nothing_unfinished(company, &ticket.id).await?;
            let _lock = store.lock(&ticket.id).await.map_err(stopped)?;
            stored = Some(Stored {
                store,
                _lock,
                _company,
            });
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
    pub(crate) async fn resume(
        store: Arc<dyn TicketStore>,
        company: &Company,
        id: &str,
    ) -> Result<Journal> {
        let _lock = store.lock(id).await?;
        let ticket = store.find(id).await?;
        let _company = lock_company(&*store, company, &describe(&ticket)).await?;
        Ok(Journal {
            ticket,
            company: company.clone(),
            stored: Some(Stored {
                store,
                _lock,
                _company,
            }),
        })
    }

    /// The id of the ticket, if it is stored.
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
        let written = stored.store.write(&self.ticket).await;
        written.map_err(stopped)
    }

    /// As [`record`](Journal::record), after the service has accepted the import. If it fails, the
    /// ticket stays at the step before, from which the outcome can be found out.
    pub(crate) async fn record_if_possible(&mut self, step: TicketStep) {
        let _ = self.record(step).await;
    }

    /// Removes the ticket.
    pub(crate) async fn discard(self) -> Result<()> {
        match self.stored {
            Some(stored) => stored.store.remove(&self.ticket.id).await,
            None => Ok(()),
        }
    }
}

/// Whether a ticket has this id. One that cannot be read is not replaced.
async fn has_ticket(store: &dyn TicketStore, id: &str) -> Result<bool> {
    match store.find(id).await {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(stopped(error)),
    }
}

/// What another run is told that does not get the company.
fn describe(ticket: &Ticket) -> String {
    format!("the import of {} (ticket {})", ticket.file.name, ticket.id)
}

pub(crate) fn stopped(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Io => error.with_hint(
            "the import was stopped because it could not have been resumed after a crash: keep its ticket in another folder",
        ),
        _ => error,
    }
}

/// Twelve hexadecimal digits.
pub(crate) fn new_id(company: &Company) -> String {
    let number = company.raw().client().random().next_u64();
    format!("{:012x}", number >> 16)
}

/// Seconds since 1970.
pub(crate) fn seconds(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}
