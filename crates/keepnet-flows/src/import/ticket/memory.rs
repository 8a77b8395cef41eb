//! Tickets in the memory of this process.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::future::BoxFuture;

use super::format::Ticket;
use super::store::{TicketLock, TicketStore};
use super::stored_ticket::StoredTicket;
use crate::{Error, ErrorKind, Result};

/// Tickets in the memory of this process: an import or a synchronization that failed or was dropped can
/// be resumed while the process runs, and nothing is written to a disk.
///
/// A clone is cheap and has the same tickets.
#[derive(Clone, Default)]
pub struct TicketMemory(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    /// Each as JSON, by its id: those of imports and of synchronizations.
    tickets: HashMap<String, String>,
    locked: HashSet<String>,
    /// Which run has a lock, by its id.
    holders: HashMap<String, String>,
}

impl TicketMemory {
    /// A store without tickets.
    pub fn new() -> TicketMemory {
        TicketMemory::default()
    }

    /// The tickets of imports, the newest first.
    pub fn tickets(&self) -> Vec<Ticket> {
        let mut tickets = self.read_all::<Ticket>();
        tickets.sort_by(|one, other| (other.created, &other.id).cmp(&(one.created, &one.id)));
        tickets
    }

    /// The tickets of a kind, in any order.
    pub(crate) fn read_all<T: StoredTicket>(&self) -> Vec<T> {
        let kept = self.kept();
        let tickets = kept.tickets.values();
        tickets
            .filter_map(|json| T::parse(json.as_bytes(), &"the ticket").ok())
            .collect()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: StoredTicket> TicketStore<T> for TicketMemory {
    fn lock<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<TicketLock>> {
        let lock = || {
            if !self.kept().locked.insert(id.to_owned()) {
                let problem = format!("another import has the ticket {id}");
                return Err(
                    Error::new(ErrorKind::Conflict, problem).with_hint("wait until it ends")
                );
            }
            Ok(Box::new(Locked(self.clone(), id.to_owned())) as TicketLock)
        };
        Box::pin(std::future::ready(lock()))
    }

    fn note_holder<'a>(&'a self, id: &'a str, holder: &'a str) -> BoxFuture<'a, ()> {
        self.kept().holders.insert(id.to_owned(), holder.to_owned());
        Box::pin(std::future::ready(()))
    }

    fn holder<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Option<String>> {
        let holder = self.kept().holders.get(id).cloned();
        Box::pin(std::future::ready(holder))
    }

    fn find<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<T>> {
        let ticket = match self.kept().tickets.get(id) {
            Some(json) => T::parse(json.as_bytes(), &format_args!("the ticket {id}")),
            None => Err(Error::new(
                ErrorKind::NotFound,
                format!("there is no ticket {id:?}"),
            )),
        };
        Box::pin(std::future::ready(ticket))
    }

    fn write<'a>(&'a self, ticket: &'a T) -> BoxFuture<'a, Result<()>> {
        let written = ticket.to_json().map(|json| {
            self.kept().tickets.insert(ticket.id().to_owned(), json);
        });
        Box::pin(std::future::ready(written))
    }

    fn remove<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<()>> {
        self.kept().tickets.remove(id);
        Box::pin(std::future::ready(Ok(())))
    }
}

/// Unlocks the ticket when it is dropped.
struct Locked(TicketMemory, String);

impl Drop for Locked {
    fn drop(&mut self) {
        self.0.kept().locked.remove(&self.1);
    }
}

impl fmt::Debug for TicketMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} tickets in memory", self.kept().tickets.len())
    }
}
