//! The target users of a company.

mod counts;
mod query;
mod user;

pub use counts::{MonthCount, UserCounts};
pub use query::Users;
pub(crate) use query::search;
pub use user::{CustomValue, User};
