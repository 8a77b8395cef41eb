//! The ticket of an import: what another process needs to carry on from where one stopped.

mod folder;
mod format;
mod io;
mod journal;

pub use folder::TicketFolder;
pub use format::{Confirmation, Step, Ticket, TicketFile};
pub use io::{Disk, SystemDisk};
pub(super) use journal::Journal;
