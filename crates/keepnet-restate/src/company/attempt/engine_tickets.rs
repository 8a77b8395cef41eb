//! The ticket of an import or a synchronization that the engine keeps.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::future::BoxFuture;
use keepnet_flows::{Error, ErrorKind, Result, StoredTicket, TicketLock, TicketStore};
use tokio::sync::{mpsc, oneshot};

/// Hands each ticket to the handler, which journals it, and waits until it is in the journal.
#[derive(Clone)]
pub(in crate::company) struct EngineTickets<T> {
    /// The ticket that was written last, by this attempt or an earlier one.
    current: Arc<Mutex<Option<T>>>,
    written: mpsc::Sender<WrittenTicket<T>>,
}

/// A ticket on its way to the journal.
pub(in crate::company) struct WrittenTicket<T> {
    pub(super) ticket: T,
    /// To be completed when the ticket is in the journal.
    pub(super) journalled: oneshot::Sender<()>,
}

impl<T: StoredTicket> EngineTickets<T> {
    /// A store with the ticket of an earlier attempt, and the end at which written tickets are to arrive.
    pub(super) fn new(
        earlier: Option<T>,
        written: mpsc::Sender<WrittenTicket<T>>,
    ) -> EngineTickets<T> {
        let current = Arc::new(Mutex::new(earlier));
        EngineTickets { current, written }
    }

    fn current(&self) -> MutexGuard<'_, Option<T>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: StoredTicket> TicketStore<T> for EngineTickets<T> {
    /// The engine runs one handler of an object at a time, so there is nothing to lock.
    fn lock<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<TicketLock>> {
        Box::pin(std::future::ready(Ok(Box::new(()) as TicketLock)))
    }

    fn find<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<T>> {
        let ticket = self.current().clone().filter(|ticket| ticket.id() == id);
        let missing = || Error::new(ErrorKind::NotFound, format!("there is no ticket {id:?}"));
        Box::pin(std::future::ready(ticket.ok_or_else(missing)))
    }

    fn write<'a>(&'a self, ticket: &'a T) -> BoxFuture<'a, Result<()>> {
        let ticket = ticket.clone();
        Box::pin(async move {
            let (journalled, waiting) = oneshot::channel();
            let stopped = || Error::new(ErrorKind::Io, "the attempt of the engine has ended");
            let written = WrittenTicket {
                ticket: ticket.clone(),
                journalled,
            };
            let sent = self.written.send(written).await;
            sent.map_err(|_| stopped())?;
            waiting.await.map_err(|_| stopped())?;
            *self.current() = Some(ticket);
            Ok(())
        })
    }

    /// The handler decides what the object keeps for a later request.
    fn remove<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<()>> {
        self.current().take_if(|ticket| ticket.id() == id);
        Box::pin(std::future::ready(Ok(())))
    }
}

impl<T> fmt::Debug for EngineTickets<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EngineTickets")
    }
}
