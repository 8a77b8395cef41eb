//! Tickets in the memory of this process.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::future::BoxFuture;

use super::format::Ticket;
use super::store::{TicketLock, TicketStore};
use crate::{Error, ErrorKind, Result};

/// Tickets in the memory of this process: an import that failed or was dropped can be resumed while the
/// process runs, and nothing is written to a disk.
///
/// A clone is cheap and has the same tickets.
#[derive(Clone, Default)]
pub struct TicketMemory(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    tickets: HashMap<String, Ticket>,
    locked: HashSet<String>,
}

impl TicketMemory {
    /// A store without tickets.
    pub fn new() -> TicketMemory {
        TicketMemory::default()
    }

    /// The tickets, the newest first.
    pub fn tickets(&self) -> Vec<Ticket> {
        let mut tickets: Vec<Ticket> = self.kept().tickets.values().cloned().collect();
        tickets.sort_by(|one, other| (other.created, &other.id).cmp(&(one.created, &one.id)));
        tickets
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TicketStore for TicketMemory {
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

    fn find<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Ticket>> {
        let ticket = self.kept().tickets.get(id).cloned();
        let missing = || Error::new(ErrorKind::NotFound, format!("there is no ticket {id:?}"));
        Box::pin(std::future::ready(ticket.ok_or_else(missing)))
    }

    fn write<'a>(&'a self, ticket: &'a Ticket) -> BoxFuture<'a, Result<()>> {
        self.kept()
            .tickets
            .insert(ticket.id.clone(), ticket.clone());
        Box::pin(std::future::ready(Ok(())))
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
