//! Resuming an import from its ticket.

mod resume_import;
mod resume_run;
mod resumed;
mod ticket_sheet;

pub use resume_import::{Resume, ResumeImport};
pub(crate) use resume_run::{Recovery, recover_import};
pub use resumed::Resumed;
pub(crate) use ticket_sheet::GivenSheet;
