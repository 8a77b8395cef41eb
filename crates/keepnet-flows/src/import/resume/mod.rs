//! Carrying on from a ticket.

mod recover;
mod resume_import;

pub use resume_import::{Resume, ResumeImport, Resumed};
