//! Doing what a plan says.

mod apply_plan;
mod close_import;
mod edits;
mod import_rows;
mod join_groups;
mod resume;
mod saved;
mod upload_rows;
mod withheld;

pub use apply_plan::ApplyPlan;
pub(crate) use close_import::close_earlier;
pub use resume::{ResumeSync, ResumeSyncRun};
pub use saved::ApplySavedPlan;
