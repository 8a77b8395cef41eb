//! Adding people one by one, without a file of theirs at the service.

mod add_user;
mod add_users;
mod new_user;
mod person;
mod report;

pub use add_user::AddUser;
pub use add_users::AddUsers;
pub use new_user::NewUser;
pub use report::{AddCounts, AddOutcome, AddReport, AddedUser};
