//! What the errors of a confirmed import say, and the ids that are known from its start.

use crate::company::Company;
use crate::error::Result;
use crate::import::operation::{Operation, Reporter};
use crate::import::report::Receipt;
use crate::import::ticket::Journal;

/// The context of a confirmed import.
pub(super) struct ImportContext {
    company: Company,
    action: String,
    transaction: String,
    ticket: Option<String>,
}

impl ImportContext {
    pub(super) fn new(company: &Company, journal: &Journal, transaction: &str) -> ImportContext {
        ImportContext {
            company: company.clone(),
            action: journal.ticket.action(),
            transaction: transaction.to_owned(),
            ticket: journal.ticket_id().map(str::to_owned),
        }
    }

    /// Starts an operation in this context.
    pub(super) fn start<W>(self, work: impl FnOnce(Reporter) -> W) -> Operation<Receipt>
    where
        W: Future<Output = Result<Receipt>> + Send + 'static,
    {
        Operation::new(|reporter| {
            let ids = reporter.ids();
            let _ = ids.transaction.set(self.transaction.clone());
            if let Some(ticket) = self.ticket {
                let _ = ids.ticket.set(ticket);
            }
            let work = work(reporter);
            async move {
                let receipt = work.await;
                receipt.map_err(|error| {
                    let error = error.with_transaction(&self.transaction);
                    self.company.context(self.action)(error)
                })
            }
        })
    }
}
