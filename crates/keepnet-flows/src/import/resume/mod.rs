//! Resuming an import from its ticket.

mod resume_import;
mod resume_run;
mod resumed;
mod ticket_sheet;

pub use resume_import::{Resume, ResumeImport};
pub use resumed::Resumed;
