//! The import of the joiners and of the people whose record changes.

use std::collections::HashSet;
use std::time::Duration;

use futures::TryStreamExt as _;
use keepnet_staff_list::{Mapper, Mapping, RowProblem, Sheet, Warning};

use super::upload_rows::UploadRows;
use crate::import::{LongRunningOperation, Receipt, Reporter, RowNumbers};
use crate::sync::list::RowIndex;
use crate::sync::plan::SyncPlan;
use crate::sync::ticket::{ImportTicket, SyncJournal, SyncStep, SyncTicket};
use crate::{Error, ErrorKind, Result};

/// Imports the rows of the plan, as one import; `None` if nobody is imported. The rows of the receipt
/// are those of the list. They join the groups with these ids. The `withheld` rows are not imported.
///
/// # Errors
///
/// [`ErrorKind::Conflict`], before anything is imported, if the service would create more or fewer people
/// than the plan has joiners; and the errors of an import.
pub(super) async fn import_rows(
    plan: &SyncPlan,
    groups: &[String],
    withheld: &HashSet<RowIndex>,
    journal: &SyncJournal,
    reporter: &Reporter,
) -> Result<Option<Receipt>> {
    let folder = journal.private_folder();
    let Some(upload) = UploadRows::write(plan, withheld, folder.as_deref())? else {
        journal.record(SyncStep::Leaving).await?;
        return Ok(None);
    };
    let rows: RowNumbers = upload.numbers.iter().copied().collect();
    let step = SyncStep::Importing {
        rows: rows.clone(),
        import: None,
    };
    journal.record(step).await?;
    let tickets = journal
        .ticket_id()
        .map(|_| ImportTicket::new(journal, rows));
    let imported = import(
        plan,
        groups,
        withheld,
        (upload.sheet, upload.mapper),
        tickets,
        reporter,
    )
    .await;
    let receipt = match imported {
        Ok(receipt) => in_rows_of_list(receipt, &upload.numbers, &plan.file.name, plan.mapping()),
        Err(error) => {
            // Another process needs the rows only if the service may have the request for the import.
            if !is_requested(&journal.ticket().await) {
                let _ = journal.remove_rows();
            }
            return Err(error);
        }
    };
    journal.record_imported(receipt.clone()).await?;
    // A file that stays does no harm, and the next synchronization replaces it.
    let _ = journal.remove_rows();
    Ok(Some(receipt))
}

/// Whether the import was asked for and has not ended.
fn is_requested(ticket: &SyncTicket) -> bool {
    match &ticket.step {
        SyncStep::Importing {
            import: Some(import),
            ..
        } => import.is_confirmed() && !import.is_finished(),
        _ => false,
    }
}

async fn import(
    plan: &SyncPlan,
    groups: &[String],
    withheld: &HashSet<RowIndex>,
    (sheet, mapper): (Sheet, Mapper),
    tickets: Option<ImportTicket>,
    reporter: &Reporter,
) -> Result<Receipt> {
    let mut import = plan.company.import_users(sheet).mapper(mapper);
    for group in groups {
        import = import.group(group);
    }
    if let Some(seconds) = plan.options.stall_timeout {
        import = import.stall_timeout(Duration::from_secs(seconds));
    }
    if let Some(tickets) = &tickets {
        import = import.ticket(tickets);
    }
    let preview = watch(import.start(), reporter).await?;
    let counts = preview.counts();
    let joiners = plan.joiners.iter();
    let joiners = joiners.filter(|joiner| !withheld.contains(&joiner.row));
    let (returning, joiners): (Vec<_>, Vec<_>) = joiners.partition(|joiner| joiner.returns);
    // Whether a person who was deleted counts as new is not known.
    let (fewest, most) = (joiners.len(), joiners.len() + returning.len());
    let fewest = (fewest as u64).saturating_sub(counts.rejected());
    let most = most as u64;
    if !(fewest..=most).contains(&counts.new) {
        preview.discard().await?;
        let reason = match counts.new > most {
            true => "people were deleted or renamed",
            false => "people of the list were created by somebody else",
        };
        let problem = format!(
            "the service would create {}, and the plan expects {most}: {reason} since it was made",
            counts.new
        );
        return Err(Error::new(ErrorKind::Conflict, problem)
            .with_hint("nobody was imported; make a new plan"));
    }
    watch(preview.confirm(), reporter).await
}

/// Waits for a step of the import, and reports its progress as that of the synchronization.
pub(super) async fn watch<T: Send + 'static>(
    mut operation: LongRunningOperation<T>,
    reporter: &Reporter,
) -> Result<T> {
    while let Some(progress) = operation.try_next().await? {
        reporter.report(progress).await;
    }
    operation.await
}

/// The receipt with the file and the rows of the list. `numbers` has the row of the list for each row that
/// was imported.
pub(super) fn in_rows_of_list(
    mut receipt: Receipt,
    numbers: &[u32],
    file: &str,
    mapping: &Mapping,
) -> Receipt {
    let number = |row: u32| UploadRows::number(numbers, row);
    let rows = |rows: &RowNumbers| rows.iter().filter_map(number).collect();
    receipt.imported_rows = rows(&receipt.imported_rows);
    receipt.skipped_rows = rows(&receipt.skipped_rows);
    let problem = |it: &RowProblem| {
        let problem = RowProblem::new(file, it.row.and_then(number), it.kind.clone());
        let column = it.field.as_ref().and_then(|field| mapping.column_of(field));
        match column {
            Some(column) => problem.in_column(column),
            None => problem,
        }
    };
    receipt.rejected = receipt.rejected.iter().map(problem).collect();
    // The list has the same warnings, with its own rows.
    receipt.warnings = Vec::<Warning>::new();
    receipt.file = file.to_owned();
    // The import has no ticket of its own.
    receipt.ticket = None;
    receipt
}
