//! The target users of a company.

pub mod add;
mod count;
#[allow(dead_code, reason = "for flows that write many users")]
mod edit;
mod export;
mod find;
#[allow(dead_code, reason = "for flows that write many users")]
mod list;
#[allow(dead_code, reason = "for flows that write many users")]
mod lookups;
mod row;
mod search;
#[allow(dead_code, reason = "for flows that write many users")]
mod status;
mod user;

pub use count::{MonthCount, UserCounts};
pub use edit::{EditOutcome, EditRefusal, UpdateUser};
#[allow(unused_imports, reason = "for flows that write many users")]
pub(crate) use edit::{UserRecord, ensure_editable, fetch_record, put};
pub use export::{Export, FileFormat, SavedFile, WrittenFile};
pub(crate) use find::{EMAILS_PER_SEARCH, find_by_email};
pub use list::Users;
#[allow(unused_imports, reason = "for flows that write many users")]
pub(crate) use lookups::UserLookups;
#[allow(unused_imports, reason = "for flows that write many users")]
pub(crate) use row::UserRow;
pub use status::UserStatus;
pub use user::{CustomValue, User};
