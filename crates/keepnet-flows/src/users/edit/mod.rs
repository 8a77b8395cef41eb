//! Changing users: their fields, whether they are active, their groups, and their deletion.

mod doubt;
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

pub use doubt::UpdateDoubt;
pub use many::EditUsers;
pub(crate) use members::{USERS_PER_CHANGE, find_members};
pub use outcome::EditOutcome;
pub use plan::EditPlan;
pub(crate) use record::{UserRecord, fetch_record};
pub use report::{EditCounts, EditReport, EditedUser};
pub(crate) use state::delete;
pub use update::UpdateUser;
pub(crate) use update::{ensure_email_is_free, is_same};
pub use user_edit::UserEdit;
pub(crate) use write::write;
