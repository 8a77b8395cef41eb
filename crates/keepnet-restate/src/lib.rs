//! A worker that runs Keepnet imports, synchronizations, exports and fleets on a [Restate](https://restate.dev) server.
//!
//! The engine keeps what a [ticket](keepnet_flows::Ticket) keeps on one disk: which step of an import or
//! a synchronization began last. So the work survives the machine that it runs on, and one customer has one writer
//! wherever the workers run. [`Worker`] serves these:
//!
//! | service | key | handlers |
//! | --- | --- | --- |
//! | [`KeepnetCompany`], a virtual object | resource id of the customer | `import`, `sync`, `plan`, `export`, `status` |
//! | [`KeepnetFleet`], a workflow | a name of yours | `run`, `progress` |
//! | [`KeepnetSchedule`], a virtual object | a name of yours | `start`, `stop`, `status` |
//!
//! The journal of the engine holds ids, names of files, groups, columns and customers, digests, counts
//! and row numbers; of a synchronization also the ids of the people whom it writes, digests of their
//! records, and in the refusal of a list the domains that nobody has. It holds no person and no secret: staff lists and exports travel between the worker
//! and its [`Files`], and the credentials are settings of the worker.
//!
//! # Failures
//!
//! A failure that passes by itself (the service is not available, or throttles, or a job makes no
//! progress) is left to the retries of the engine; the next attempt continues from the ticket. Any other
//! failure ends the invocation and is never repeated by the engine. The object then keeps the ticket,
//! and the next `import` or `sync` with the same request and the same content resumes it.
//!
//! # Layers
//!
//! A module uses the modules of the lines below its own, and no others.
//!
//! ```text
//! worker
//! schedule
//! fleet
//! company
//! files  failure
//! ```
#![forbid(unsafe_code)]

mod company;
mod failure;
mod files;
mod fleet;
mod schedule;
mod worker;

pub use company::{
    CompanyStatus, ExportRequest, ExportSummary, ImportRequest, ImportSummary, KeepnetCompany,
    SyncPlanSummary, SyncRequest, SyncSummary, WorkStatus,
};
pub use failure::Failure;
pub use files::Files;
pub use fleet::{
    CompanyImport, CompanyResult, CompanySync, FleetProgress, FleetReport, FleetRequest,
    KeepnetFleet,
};
pub use schedule::{KeepnetSchedule, ScheduleRequest, ScheduleStatus};
pub use worker::Worker;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
