//! The tickets of a folder, and those of its files that cannot be read.

use std::error::Error as _;
use std::fmt;
use std::path::PathBuf;

use super::format::Ticket;
use crate::{Error, ErrorKind, Result};

/// The tickets of a folder, as far as they can be read.
#[derive(Debug)]
#[non_exhaustive]
pub struct ReadableTickets<T = Ticket> {
    /// The tickets.
    pub tickets: Vec<T>,
    /// The others. It is not known what they belong to, nor whether that has ended.
    pub unreadable: Vec<UnreadableTicket>,
}

impl<T> ReadableTickets<T> {
    /// The tickets, if each of them can be read.
    pub(crate) fn all(self) -> Result<Vec<T>> {
        match self.unreadable.into_iter().next() {
            None => Ok(self.tickets),
            Some(unreadable) => Err(unreadable.into()),
        }
    }
}

/// A file of a ticket that cannot be read: it is damaged, of a newer version of this program, or of
/// another owner. An error that it causes has it as a source.
#[derive(Debug)]
#[non_exhaustive]
pub struct UnreadableTicket {
    /// The file.
    pub path: PathBuf,
    error: Error,
}

impl UnreadableTicket {
    pub(super) fn new(path: PathBuf, error: Error) -> UnreadableTicket {
        UnreadableTicket { path, error }
    }

    /// What to do about it.
    pub fn hint(&self) -> &str {
        self.error.hint().unwrap_or_default()
    }
}

/// The file and why it cannot be read, without what to do.
impl fmt::Display for UnreadableTicket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.error.problem())?;
        match self.error.source() {
            Some(cause) if self.error.kind() == ErrorKind::Io => write!(f, ": {cause}"),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for UnreadableTicket {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.source()
    }
}

impl From<UnreadableTicket> for Error {
    fn from(unreadable: UnreadableTicket) -> Error {
        let hint = unreadable.hint().to_owned();
        Error::new(unreadable.error.kind(), unreadable.to_string())
            .with_action("looking for tickets")
            .with_hint(hint)
            .with_source(unreadable)
    }
}
