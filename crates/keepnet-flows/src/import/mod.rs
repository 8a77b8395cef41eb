//! Importing a staff list as target users of a company.
//!
//! Four types mark the four states: [`ImportUsers`] (settings) → [`Import`] (running) → [`Preview`]
//! (nothing is written yet) → [`Receipt`]. An import that keeps a [`Ticket`] can be carried on by
//! another process: [`ResumeImport`] gives what is left of it, [`Resumed`].

mod changes;
mod confirm;
mod counts;
mod digest;
mod mode;
mod operation;
mod preview;
mod progress;
mod report;
mod resume;
mod row_numbers;
mod settings;
mod ticket;
mod upload;

pub use changes::{ChangedField, ChangedUser, Changes, FieldChanges, ImportChanges};
pub use confirm::Confirm;
pub use counts::ImportCounts;
pub use mode::ImportMode;
pub use preview::Preview;
pub use progress::{Progress, Stage};
pub use report::{ImportReport, Receipt, Reconciliation, ReportFiles};
pub use resume::{Resume, ResumeImport, Resumed};
pub use row_numbers::RowNumbers;
pub use settings::{Import, ImportUsers};
pub use ticket::{Confirmation, Disk, Step, SystemDisk, Ticket, TicketFile, TicketFolder};
