//! Where tickets are kept.

use std::fmt;
use std::path::PathBuf;

use futures::future::BoxFuture;

use super::completed_sync::CompletedSync;
use super::format::Ticket;
use super::stored_ticket::StoredTicket;
use crate::{Company, Result};

/// The right to write a ticket; dropping it gives the right up.
pub type TicketLock = Box<dyn Send + Sync>;

/// Where imports keep their [`Ticket`], and synchronizations their [`SyncTicket`](crate::SyncTicket): a
/// [`TicketFolder`](crate::TicketFolder), the memory of this process
/// ([`TicketMemory`](crate::TicketMemory)), or a store of your own, such as a database.
///
/// A ticket holds no person, but the names of the file, its headers, the groups and the customer.
/// [`StoredTicket::to_json`] and [`StoredTicket::parse`] turn it into text and back, so that one store can
/// be written for both.
pub trait TicketStore<T: StoredTicket = Ticket>: fmt::Debug + Send + Sync + 'static {
    /// Makes the caller the only one who has the lock with this id, until the lock is dropped or its
    /// process has ended. An import locks the id of its ticket, for which there need not be a ticket yet.
    /// Imports and synchronizations also lock an id that is made of their customer, so that one of them runs
    /// at a time.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) if somebody else holds the lock.
    fn lock<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<TicketLock>>;

    /// Keeps which run has the lock with this id, for the message of a run that does not get it. Default: it
    /// is not kept.
    fn note_holder<'a>(&'a self, _id: &'a str, _holder: &'a str) -> BoxFuture<'a, ()> {
        Box::pin(std::future::ready(()))
    }

    /// Which run has the lock with this id, if that is known. Default: it is not known.
    fn holder<'a>(&'a self, _id: &'a str) -> BoxFuture<'a, Option<String>> {
        Box::pin(std::future::ready(None))
    }

    /// Fails if the service may still be writing into this company for an import or a synchronization
    /// whose ticket the store has, other than `own_ticket`. A new run asks for it before it writes, once it
    /// has the lock of the company. Default: nothing is known of other runs.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) if another may be unfinished, and the errors of
    /// the store.
    fn ensure_nothing_unfinished<'a>(
        &'a self,
        _company: &'a Company,
        _own_ticket: &'a str,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// Reads the ticket that was written last.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if there is none.
    fn find<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<T>>;

    /// Writes the ticket in place of an earlier one with its id. The step that the ticket names begins
    /// when this completes, so the ticket must then survive whatever is to be survived.
    ///
    /// # Errors
    ///
    /// If it may not be stored. An import that is not confirmed then stops, and so does a synchronization.
    fn write<'a>(&'a self, ticket: &'a T) -> BoxFuture<'a, Result<()>>;

    /// Removes a ticket; a missing one is no error.
    ///
    /// # Errors
    ///
    /// If it may still be there.
    fn remove<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<()>>;

    /// Keeps when the users of a customer were synchronized completely, in place of the record before. A
    /// synchronization that wrote nothing has this record only. If it cannot be kept, the synchronization
    /// is complete all the same. Default: it is not kept.
    ///
    /// # Errors
    ///
    /// If it may not be stored.
    fn record_sync<'a>(&'a self, _sync: &'a CompletedSync) -> BoxFuture<'a, Result<()>> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// A folder that only its owner can read, for the rows that the synchronization with this id imports.
    /// They are removed when the import has ended. Default: none. The rows are then kept nowhere, and a
    /// synchronization that is resumed reads them from its list again.
    fn private_folder(&self, _id: &str) -> Option<PathBuf> {
        None
    }
}
