//! The target users of a company.

pub mod add;
mod count;
mod export;
mod find;
mod list;
mod search;
mod user;

pub use count::{MonthCount, UserCounts};
pub use export::{Export, FileFormat, SavedFile};
pub(crate) use find::{EMAILS_PER_SEARCH, find_by_email};
pub use list::Users;
pub use user::{CustomValue, User};
