//! The target users of a company.

mod counts;
mod lookup;
mod query;
mod user;

pub use counts::{MonthCount, UserCounts};
pub(crate) use lookup::{LOOKED_FOR, by_email};
pub use query::Users;
pub use user::{CustomValue, User};
