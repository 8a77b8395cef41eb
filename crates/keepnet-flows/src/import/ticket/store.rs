//! Where tickets are kept.

use std::fmt;

use futures::future::BoxFuture;

use super::format::Ticket;
use crate::Result;

/// The right to write a ticket; dropping it gives the right up.
pub type TicketLock = Box<dyn Send + Sync>;

/// Where imports keep their tickets: a [`TicketFolder`](crate::TicketFolder), the memory of this
/// process ([`TicketMemory`](crate::TicketMemory)), or a store of your own, such as a database.
///
/// A ticket holds no person, but the names of the file, its headers, the groups and the customer.
/// [`Ticket::to_json`] and [`Ticket::from_json`] turn it into text and back.
pub trait TicketStore: fmt::Debug + Send + Sync + 'static {
    /// Makes the caller the only one who writes the ticket with this id, until the lock is dropped or
    /// its process has ended. There need not be a ticket yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) if another import holds the lock.
    fn lock<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<TicketLock>>;

    /// Reads the ticket that was written last.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if there is none.
    fn find<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Ticket>>;

    /// Writes the ticket in place of an earlier one with its id. The import begins the step that the
    /// ticket names when this completes, so the ticket must then survive whatever is to be survived.
    ///
    /// # Errors
    ///
    /// If it may not be stored. An import that is not confirmed then stops.
    fn write<'a>(&'a self, ticket: &'a Ticket) -> BoxFuture<'a, Result<()>>;

    /// Removes a ticket; a missing one is no error.
    ///
    /// # Errors
    ///
    /// If it may still be there.
    fn remove<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<()>>;
}
