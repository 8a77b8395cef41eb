//! What a store of tickets keeps.

use std::fmt;

use serde::Serialize;

use crate::{Error, ErrorKind, Result};

/// What a [`TicketStore`](crate::TicketStore) keeps: the [`Ticket`](crate::Ticket) of an import or the [`SyncTicket`](crate::SyncTicket) of a
/// synchronization.
pub trait StoredTicket: Clone + Send + Sync + 'static {
    /// The name of the ticket: letters, digits and hyphens, 64 at most.
    fn id(&self) -> &str;

    /// Whether what it belongs to has ended.
    fn is_finished(&self) -> bool;

    /// The ticket as JSON.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`] if it has what JSON cannot say, such as a path that is not UTF-8. Nothing may
    /// be stored then.
    fn to_json(&self) -> Result<String>;

    /// Reads what [`to_json`](StoredTicket::to_json) has written, in this version or an earlier one. An
    /// error names the place that it came from.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`] if it is not such a ticket, or one of a newer
    /// version.
    fn parse(json: &[u8], place: &dyn fmt::Display) -> Result<Self>;
}

/// The text of what is kept, which an error calls `name`.
pub(crate) fn json_of(kept: &impl Serialize, name: &str) -> Result<String> {
    let text = serde_json::to_string_pretty(kept).map_err(|error| {
        let problem = format!("{name} cannot be written as JSON ({error})");
        Error::new(ErrorKind::Invalid, problem).with_source(error)
    })?;
    Ok(text + "\n")
}
