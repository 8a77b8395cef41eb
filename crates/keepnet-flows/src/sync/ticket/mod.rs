//! The ticket of a synchronization: what another process needs to resume it.

mod format;
mod import_ticket;
mod journal;
mod recorded;
mod running;

pub(crate) use format::find_unfinished;
pub use format::{SyncStep, SyncTicket};
pub(crate) use import_ticket::ImportTicket;
pub(crate) use journal::SyncJournal;

/// Where the ticket of a synchronization is kept.
pub(crate) type SyncStore = std::sync::Arc<dyn crate::import::TicketStore<SyncTicket>>;
