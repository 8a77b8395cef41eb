//! Making the people of a customer those of a staff list.

mod sync_plan_summary;
mod sync_request;
mod sync_summary;
mod sync_work;

pub use sync_plan_summary::SyncPlanSummary;
pub use sync_request::SyncRequest;
pub use sync_summary::SyncSummary;
