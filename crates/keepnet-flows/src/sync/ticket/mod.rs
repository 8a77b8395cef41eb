//! The ticket of a synchronization: what another process needs to resume it.

mod format;
mod journal;

pub use format::{SyncStep, SyncTicket};
pub(crate) use journal::SyncJournal;
