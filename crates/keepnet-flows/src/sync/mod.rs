//! Making the people of a company those of a staff list: who joins, who changes, who leaves.
//!
//! [`SyncUsers`] has the settings and makes a [`SyncPlan`], which reads only.

mod apply;
mod leavers;
mod list;
mod options;
mod person;
mod plan;
mod report;
mod saved_plan;
mod settings;
mod ticket;

pub use apply::{ApplyPlan, ApplySavedPlan, ResumeSync, ResumeSyncRun};
pub use leavers::{Leavers, Share, UnknownShare};
pub use options::SyncOptions;
pub use plan::{KeptReason, PossibleRefusal, PossibleRename, SyncPlan, SyncRefusal, SyncRow};
pub use report::{
    FieldSummary, RefusedPlan, SyncAction, SyncCounts, SyncOutcome, SyncReceipt, SyncReport,
    SyncReportFiles, SyncStop, SyncedUser,
};
pub use saved_plan::{SavedChange, SavedPerson, SavedPlan};
pub use settings::{MakePlan, SyncUsers};
pub use ticket::{SyncStep, SyncTicket};
