//! Ending an import of a synchronization whose process has ended.

use std::sync::Arc;

use keepnet_staff_list::{AllowedValues, Sheet};

use super::import_rows::{in_rows_of_list, watch};
use super::upload_rows::UploadRows;
use crate::import::{GivenSheet, Receipt, Recovery, Reporter, Ticket, TicketStep, recover_import};
use crate::sync::list::{ListFile, read_list};
use crate::sync::saved_plan::SavedPlan;
use crate::sync::ticket::{ImportTicket, SyncJournal, SyncStep, SyncStore, find_unfinished};
use crate::{Company, ErrorKind, Result};

/// Waits for an import that the service has accepted, and gives up one that was not confirmed. Nothing
/// is requested from the service that it has not accepted already. `list` is that of the plan, if it is at
/// hand.
///
/// # Errors
///
/// [`ErrorKind::OutcomeUnknown`] if it cannot be found out whether the service has accepted it.
pub(super) async fn close_import(
    company: &Company,
    journal: &SyncJournal,
    list: Option<&Arc<Sheet>>,
    reporter: &Reporter,
) -> Result<Option<Receipt>> {
    let ticket = journal.ticket().await;
    let (rows, import) = match ticket.step {
        SyncStep::Importing {
            rows,
            import: Some(import),
        } => (rows, *import),
        _ => return Ok(ticket.imported.map(|receipt| *receipt)),
    };
    if !import.is_confirmed() || matches!(import.step, TicketStep::Failed { .. }) {
        return Ok(None);
    }
    let numbers: Vec<u32> = rows.iter().collect();
    let given = match list {
        Some(list) if !has_rows(&import) => remake(list, &ticket.plan, &numbers, &import).await?,
        _ => GivenSheet::OfTicket,
    };
    let store = Arc::new(ImportTicket::new(journal, rows));
    let receipt = match recover_import(company, store, import, &given, reporter).await? {
        Recovery::Done(receipt) => receipt,
        Recovery::NotImported { .. } => return Ok(None),
        Recovery::Confirmed(import) => match watch(import, reporter).await {
            Ok(receipt) => receipt,
            // What it has imported is there, and the rest of the plan is imported anew.
            Err(error) if error.kind() == ErrorKind::JobFailed => return Ok(None),
            Err(error) => return Err(error),
        },
    };
    let plan = &ticket.plan;
    let receipt = in_rows_of_list(receipt, &numbers, &plan.file.name, &plan.mapping);
    journal.record_imported(receipt.clone()).await?;
    let _ = journal.remove_rows();
    Ok(Some(receipt))
}

/// Whether the rows of the import are on disk.
fn has_rows(import: &Ticket) -> bool {
    import.file.path.as_ref().is_some_and(|path| path.is_file())
}

/// The rows of the import, made again of the list.
async fn remake(
    list: &Arc<Sheet>,
    plan: &SavedPlan,
    numbers: &[u32],
    import: &Ticket,
) -> Result<GivenSheet> {
    let file = ListFile {
        sheet: Arc::clone(list),
        mapping: plan.mapping.clone(),
    };
    let list = read_list(file, AllowedValues::new(), None).await?;
    let sheet = UploadRows::remake(&list, numbers, &import.mapping)?;
    Ok(GivenSheet::Remade(Arc::new(sheet)))
}

/// Ends the import of an unfinished synchronization of this company, and removes its ticket: a new plan
/// sees what it has done. `list` is that of the new plan.
pub(crate) async fn close_earlier(
    company: &Company,
    store: &SyncStore,
    list: &Arc<Sheet>,
    reporter: &Reporter,
) -> Result<()> {
    let Some(ticket) = find_unfinished(&**store, company).await? else {
        return Ok(());
    };
    // Another process may be running it.
    let journal = SyncJournal::resume(store.clone(), company, &ticket.id).await?;
    if journal.ticket().await.is_finished() {
        return Ok(());
    }
    let is_same = list.sha256() == ticket.plan.file.sha256;
    close_import(company, &journal, Some(list).filter(|_| is_same), reporter).await?;
    journal.discard().await
}
