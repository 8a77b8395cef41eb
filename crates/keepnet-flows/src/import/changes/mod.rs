//! What an import would change about existing users.

mod compare;
mod import_changes;
mod sheet_rows;
mod stream;

pub use import_changes::{ChangedField, ChangedUser, FieldChanges, ImportChanges};
pub use stream::Changes;
