//! The ticket of an import: what another process needs to resume it.

mod company_lock;
mod completed_sync;
mod file_lock;
mod folder;
mod format;
mod io;
mod journal;
mod memory;
mod store;
mod stored_ticket;
#[cfg(test)]
mod tests;
mod ticket_file;
mod unfinished_work;
mod unreadable_ticket;

pub(crate) use company_lock::{COMPANY_PREFIX, company_digest, lock_company};
pub use completed_sync::CompletedSync;
pub(crate) use file_lock::FileLock;
pub use folder::{TicketError, TicketFolder};
pub use format::{Confirmation, Ticket, TicketStep};
pub(crate) use format::{SYNC_PREFIX, SYNC_VERSION, Version, damaged, ensure_version};
pub(crate) use journal::{Journal, new_id, seconds, stopped};
pub use memory::TicketMemory;
pub use store::{TicketLock, TicketStore};
pub use stored_ticket::StoredTicket;
pub(crate) use stored_ticket::json_of;
pub use ticket_file::TicketFile;
pub(crate) use ticket_file::ensure_utf_8;
pub use unfinished_work::UnfinishedWork;
pub use unreadable_ticket::{ReadableTickets, UnreadableTicket};
