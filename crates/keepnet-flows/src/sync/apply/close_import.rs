//! Ending an import of a synchronization whose process has ended.

use super::import_rows::watch;
use crate::import::{Receipt, Reporter, Resumed, TicketFolder, TicketStep};
use crate::sync::ticket::SyncJournal;
use crate::{Company, ErrorKind, Result};

/// Waits for an import that the service has accepted, and gives up one that was not confirmed. Nothing
/// is requested from the service that it has not accepted already.
///
/// # Errors
///
/// [`ErrorKind::OutcomeUnknown`] if it cannot be found out whether the service has accepted it.
pub(super) async fn close_import(
    company: &Company,
    tickets: &TicketFolder,
    reporter: &Reporter,
) -> Result<Option<Receipt>> {
    for ticket in tickets.tickets()? {
        match &ticket.step {
            TicketStep::Done { receipt } => return Ok(Some((**receipt).clone())),
            TicketStep::Failed { .. } => continue,
            _ if !ticket.is_confirmed() => {
                tickets.remove(&ticket.id)?;
                continue;
            }
            _ => {}
        }
        let resume = company.resume_import(tickets, &ticket).start();
        let resumed = match watch(resume, reporter).await {
            // The rows of the import are gone. They are only read again if the service has certainly
            // not got the request for the import.
            Err(error) if error.kind() == ErrorKind::Sheet => {
                tickets.remove(&ticket.id)?;
                continue;
            }
            resumed => resumed?,
        };
        match resumed {
            Resumed::Preview(preview) => preview.discard().await?,
            Resumed::Done(receipt) => return Ok(Some(receipt)),
            Resumed::Confirmed(import) => match watch(import, reporter).await {
                Ok(receipt) => return Ok(Some(receipt)),
                // What it has imported is there, and the rest of the plan is imported anew.
                Err(error) if error.kind() == ErrorKind::JobFailed => {}
                Err(error) => return Err(error),
            },
        }
    }
    Ok(None)
}

/// Ends the imports of unfinished synchronizations of this company, and removes their tickets: a new
/// plan sees what they have done.
pub(crate) async fn close_earlier(
    company: &Company,
    tickets: &TicketFolder,
    reporter: &Reporter,
) -> Result<()> {
    while let Some(ticket) = tickets.unfinished_sync(company)? {
        // Another process may be running it.
        let journal = SyncJournal::resume(tickets, company, &ticket.id)?;
        if journal.ticket.is_finished() {
            continue;
        }
        if let Some(imports) = journal.imports() {
            close_import(company, &imports, reporter).await?;
        }
        tickets.remove_sync(&ticket.id)?;
    }
    Ok(())
}
