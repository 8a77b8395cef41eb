//! The ticket of an import that the engine keeps.

use std::fmt;
use std::sync::Arc;

use futures::future::BoxFuture;
use keepnet_flows::{Error, ErrorKind, Result, Ticket, TicketLock, TicketStore};
use tokio::sync::{mpsc, oneshot};

/// Hands each ticket to the handler, which journals it, and waits until it is in the journal.
#[derive(Clone)]
pub(super) struct EngineTickets {
    /// The ticket from which the import is resumed.
    last: Option<Arc<Ticket>>,
    written: mpsc::Sender<WrittenTicket>,
}

/// A ticket on its way to the journal.
pub(super) struct WrittenTicket {
    pub(super) ticket: Ticket,
    /// To be completed when the ticket is in the journal.
    pub(super) journalled: oneshot::Sender<()>,
}

impl EngineTickets {
    /// A store with the ticket of the journal, and the end at which written tickets arrive.
    pub(super) fn new(last: Option<Ticket>) -> (EngineTickets, mpsc::Receiver<WrittenTicket>) {
        let (written, receiver) = mpsc::channel(1);
        let last = last.map(Arc::new);
        (EngineTickets { last, written }, receiver)
    }
}

impl TicketStore for EngineTickets {
    /// The engine runs one handler of an object at a time, so there is nothing to lock.
    fn lock<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<TicketLock>> {
        Box::pin(std::future::ready(Ok(Box::new(()) as TicketLock)))
    }

    fn find<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Ticket>> {
        let ticket = self.last.as_deref().filter(|ticket| ticket.id == id);
        let missing = || Error::new(ErrorKind::NotFound, format!("there is no ticket {id:?}"));
        Box::pin(std::future::ready(ticket.cloned().ok_or_else(missing)))
    }

    fn write<'a>(&'a self, ticket: &'a Ticket) -> BoxFuture<'a, Result<()>> {
        let ticket = ticket.clone();
        Box::pin(async move {
            let (journalled, waiting) = oneshot::channel();
            let ticket = WrittenTicket { ticket, journalled };
            let stopped = || Error::new(ErrorKind::Io, "the attempt of the engine has ended");
            let sent = self.written.send(ticket).await;
            sent.map_err(|_| stopped())?;
            waiting.await.map_err(|_| stopped())
        })
    }

    /// The handler decides what the object keeps.
    fn remove<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

impl fmt::Debug for EngineTickets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EngineTickets")
    }
}
