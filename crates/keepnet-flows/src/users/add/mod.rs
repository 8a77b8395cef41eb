//! Adding people one by one, without uploading a file.

mod add_report;
mod add_user;
mod add_users;
mod candidate;
mod new_user;
mod report_files;

pub use add_report::{AddCounts, AddOutcome, AddReport, AddedUser};
pub use add_user::AddUser;
pub use add_users::AddUsers;
pub use new_user::NewUser;
pub use report_files::AddReportFiles;
