//! Importing a staff list as target users of a company.
//!
//! Four types mark the four states: [`ImportUsers`] (settings) → [`Import`] (running) → [`Preview`]
//! (nothing is written yet) → [`Receipt`]. An import that keeps a [`Ticket`] can be carried on by
//! another process: [`ResumeImport`] gives what is left of it, [`Resumed`].

mod changes;
mod confirm;
mod course;
mod digest;
mod follow;
pub(crate) mod job;
mod mapping_job;
mod preview;
mod preview_rows;
mod progress;
mod receipt;
mod rejected;
mod report;
mod report_files;
mod request;
mod resume;
mod row_numbers;
mod row_values;
mod settings;
mod settle;
mod steps;
mod ticket;

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use futures::stream::Stream;

pub use changes::{ChangedField, ChangedUser, Changes, FieldChanges, ImportChanges};
pub use confirm::Confirm;
pub use preview::Preview;
pub use progress::{Progress, Stage};
pub use receipt::{Receipt, Reconciliation};
pub use rejected::RejectedRow;
pub use report::{ImportCounts, ImportReport};
pub use report_files::ReportFiles;
pub use resume::{Resume, ResumeImport, Resumed};
pub use row_numbers::RowNumbers;
pub use settings::{ImportMode, ImportUsers};
pub use ticket::{Confirmation, Disk, Step, SystemDisk, Ticket, TicketFile, TicketFolder};

use crate::error::Result;
use progress::Watched;

/// A running import, up to its preview: a stream of [`Progress`], and a future of the [`Preview`].
///
/// It goes on while it is polled, in either way; a stream that has ended leaves the preview to be
/// awaited. Dropping it stops only the watching: a file that was sent stays with the service as an
/// unconfirmed transaction, from which nobody is created.
#[must_use = "an import does nothing unless it is polled or awaited"]
pub struct Import {
    work: Watched<Preview>,
    known: Known,
}

/// What is known of a running import from outside of it, once it is.
#[derive(Clone, Default)]
struct Known {
    transaction: Arc<OnceLock<String>>,
    ticket: Arc<OnceLock<String>>,
}

impl Import {
    pub(crate) fn new(settings: ImportUsers) -> Import {
        let known = Known::default();
        let inside = known.clone();
        Import {
            work: Watched::new(|reporter| course::run(settings, inside, reporter)),
            known,
        }
    }

    /// The upload transaction, once the file has been sent.
    pub fn transaction_id(&self) -> Option<&str> {
        self.known.transaction.get().map(String::as_str)
    }

    /// The id of the ticket, once it is on the disk; see [`ImportUsers::ticket`].
    pub fn ticket_id(&self) -> Option<&str> {
        self.known.ticket.get().map(String::as_str)
    }
}

impl Stream for Import {
    type Item = Result<Progress>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.work.poll_progress(cx)
    }
}

impl IntoFuture for Import {
    type Output = Result<Preview>;
    type IntoFuture = BoxFuture<'static, Result<Preview>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.work.finish())
    }
}

impl fmt::Debug for Import {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Import")
            .field("transaction_id", &self.transaction_id())
            .finish_non_exhaustive()
    }
}
