//! The target users of a company.

pub mod add;
mod count;
mod domains;
mod edit;
mod export;
mod find;
mod list;
mod lookups;
mod row;
mod row_properties;
mod search;
mod status;
mod user;

pub use count::{MonthCount, UserCounts};
pub use domains::{DomainBasis, DomainComparison, DomainRows, UnknownDomains};
pub(crate) use domains::{
    DomainCounts, NAMED_DOMAINS, NamedDomains, domain_of, ensure_own_domains, is_own_domain,
};
pub use edit::{
    EditCounts, EditOutcome, EditPlan, EditReport, EditUsers, EditedUser, UpdateDoubt, UpdateUser,
    UserEdit,
};
pub(crate) use edit::{
    USERS_PER_CHANGE, UserRecord, delete, ensure_email_is_free, fetch_record, find_members,
    is_same, write,
};
pub use export::{Export, FileFormat, SavedFile, WrittenFile};
pub(crate) use find::{EMAILS_PER_SEARCH, find_by_email, find_by_id};
pub use list::Users;
#[allow(unused_imports, reason = "for flows that write many users")]
pub(crate) use lookups::UserLookups;
#[allow(unused_imports, reason = "for flows that write many users")]
pub(crate) use row::UserRow;
pub(crate) use row_properties::RowProperties;
pub use status::UserStatus;
pub use user::{CustomValue, User};
