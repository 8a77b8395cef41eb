//! The ticket of the import of a synchronization, which is a part of its own ticket.

use std::fmt;

use futures::future::BoxFuture;

use super::format::SyncStep;
use super::journal::SyncJournal;
use crate::import::{RowNumbers, Ticket, TicketLock, TicketStore};
use crate::{Error, ErrorKind, Result};

/// Keeps the ticket of the import in that of its synchronization, so that a store has one ticket for each
/// step.
#[derive(Clone)]
pub(crate) struct ImportTicket {
    journal: SyncJournal,
    rows: RowNumbers,
}

impl ImportTicket {
    /// The place for the ticket of an import of these rows of the list.
    pub(crate) fn new(journal: &SyncJournal, rows: RowNumbers) -> ImportTicket {
        ImportTicket {
            journal: journal.clone(),
            rows,
        }
    }
}

impl TicketStore for ImportTicket {
    /// The synchronization holds the lock of its company.
    fn lock<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<TicketLock>> {
        Box::pin(std::future::ready(Ok(Box::new(()) as TicketLock)))
    }

    fn find<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Ticket>> {
        Box::pin(async move {
            match self.journal.ticket().await.step {
                SyncStep::Importing {
                    import: Some(ticket),
                    ..
                } if ticket.id == id => Ok(*ticket),
                _ => {
                    let problem = format!("there is no ticket {id:?}");
                    Err(Error::new(ErrorKind::NotFound, problem))
                }
            }
        })
    }

    fn write<'a>(&'a self, ticket: &'a Ticket) -> BoxFuture<'a, Result<()>> {
        let step = SyncStep::Importing {
            rows: self.rows.clone(),
            import: Some(Box::new(ticket.clone())),
        };
        Box::pin(async move { self.journal.record(step).await })
    }

    /// The synchronization goes on to its next step, or its ticket is removed as a whole.
    fn remove<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

impl fmt::Debug for ImportTicket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ImportTicket")
    }
}
