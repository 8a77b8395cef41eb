//! Changing single users: their fields, whether they are active, and their deletion.

mod outcome;
mod record;
mod refusal;
mod state;
#[cfg(test)]
mod tests;
mod update;

pub use outcome::EditOutcome;
pub(crate) use record::{UserRecord, fetch_record, put};
pub use refusal::EditRefusal;
pub(crate) use refusal::ensure_editable;
pub use update::UpdateUser;
