//! What an import would change about the people whom the company has already.

mod compare;
mod report;
mod rows;
mod stream;

pub use report::{ChangedField, ChangedUser, FieldChanges, ImportChanges};
pub use stream::Changes;
