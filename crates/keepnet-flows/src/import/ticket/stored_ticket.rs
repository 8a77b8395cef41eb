//! What a store of tickets keeps.

use std::fmt;

use crate::Result;

/// What a [`TicketStore`](crate::TicketStore) keeps: the [`Ticket`](crate::Ticket) of an import or the [`SyncTicket`](crate::SyncTicket) of a
/// synchronization.
pub trait StoredTicket: Clone + Send + Sync + 'static {
    /// The name of the ticket: letters, digits and hyphens, 64 at most.
    fn id(&self) -> &str;

    /// Whether what it belongs to has ended.
    fn is_finished(&self) -> bool;

    /// The ticket as JSON.
    fn to_json(&self) -> String;

    /// Reads what [`to_json`](StoredTicket::to_json) has written, in this version or an earlier one. An
    /// error names the place that it came from.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`](crate::ErrorKind::Invalid) if it is not such a ticket, or one of a newer
    /// version.
    fn parse(json: &[u8], place: &dyn fmt::Display) -> Result<Self>;
}
