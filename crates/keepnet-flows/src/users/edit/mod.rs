//! Changing users: their fields, whether they are active, their groups, and their deletion.

mod join;
mod many;
mod members;
mod outcome;
mod ownership;
mod plan;
mod record;
mod report;
mod state;
#[cfg(test)]
mod tests;
mod update;
mod user_edit;
mod write;

pub use many::EditUsers;
pub use outcome::EditOutcome;
pub(crate) use ownership::ensure_editable;
pub use plan::EditPlan;
pub(crate) use record::{UserRecord, fetch_record, put};
pub use report::{EditCounts, EditReport, EditedUser};
pub use update::UpdateUser;
pub use user_edit::UserEdit;
pub(crate) use write::write;
