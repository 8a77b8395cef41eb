//! The result of a synchronization, as data and as files.

mod action;
mod report_files;
mod sync_receipt;
mod sync_report;
mod synced_user;

pub use action::SyncAction;
pub use report_files::SyncReportFiles;
pub use sync_receipt::{SyncReceipt, SyncStop};
pub use sync_report::{FieldSummary, RefusedPlan, SyncCounts, SyncOutcome, SyncReport};
pub use synced_user::SyncedUser;

pub(crate) use sync_receipt::LeaverName;
