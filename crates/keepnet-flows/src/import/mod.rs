//! Importing a staff list as target users of a company.
//!
//! An import has four states: [`ImportUsers`] (settings), [`Import`] (running), [`Preview`] (nothing is
//! written yet) and [`Receipt`]. Another process can resume an import that keeps a [`Ticket`]:
//! [`ResumeImport`] returns the rest of it, [`Resumed`].

mod changes;
mod confirm;
mod counts;
mod long_running_operation;
mod mode;
mod preview;
mod progress;
mod report;
mod resume;
mod row_numbers;
mod sampled_row;
mod settings;
mod ticket;
mod upload;

pub use crate::import_words::ImportWords;
pub use changes::{ChangedField, ChangedUser, Changes, FieldChanges, ImportChanges};
pub use confirm::ConfirmedImport;
pub use counts::ImportCounts;
pub use long_running_operation::LongRunningOperation;
pub use mode::ImportMode;
pub use preview::Preview;
pub use progress::{Progress, Stage};
pub use report::{ImportOutcome, ImportReport, Receipt, Reconciliation, ReportFiles};
pub use resume::{Resume, ResumeImport, Resumed};
pub use row_numbers::RowNumbers;
pub use sampled_row::SampledRow;
pub use settings::{Import, ImportUsers};
pub use ticket::{
    CompletedSync, Confirmation, ReadableTickets, StoredTicket, Ticket, TicketError, TicketFile,
    TicketFolder, TicketLock, TicketMemory, TicketStep, TicketStore, UnfinishedWork,
    UnreadableTicket,
};

pub(crate) use confirm::{JobWatcher, Recovered, SampledEmails, outcome_unknown};
pub(crate) use counts::describe_rejected;
pub(crate) use long_running_operation::{Reporter, SharedIds};
pub(crate) use resume::{GivenSheet, Recovery, recover_import};
pub(crate) use ticket::{
    COMPANY_PREFIX, FileLock, Journal, SYNC_PREFIX, SYNC_VERSION, Version, company_digest, damaged,
    ensure_utf_8, ensure_version, json_of, lock_company, new_id, seconds, stopped,
};
pub(crate) use upload::{
    Columns, ListedPeople, Prepared, PreviewRow, PreviewRows, PreviewRun, ServerState, count_new,
    ensure_own_list, nothing_imported, prepare, selected_rows,
};
