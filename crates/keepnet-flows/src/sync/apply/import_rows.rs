//! The import of the joiners and of the people whose record changes.

use std::collections::HashSet;

use futures::TryStreamExt as _;
use keepnet_staff_list::{Mapper, RowProblem, Sheet, Warning};

use super::upload_rows::UploadRows;
use crate::import::{LongRunningOperation, Receipt, Reporter, RowNumbers, Ticket, TicketFolder};
use crate::sync::list::{RowIndex, StaffList};
use crate::sync::plan::SyncPlan;
use crate::{Error, ErrorKind, Result};

/// Imports the rows of the plan, as one import; `None` if nobody is imported. The rows of the receipt
/// are those of the list. The `withheld` rows are not imported.
///
/// # Errors
///
/// [`ErrorKind::Conflict`], before anything is imported, if the service would create more or fewer people
/// than the plan has joiners; and the errors of an import.
pub(super) async fn import_rows(
    plan: &SyncPlan,
    withheld: &HashSet<RowIndex>,
    tickets: Option<TicketFolder>,
    reporter: &Reporter,
) -> Result<Option<Receipt>> {
    let folder = tickets.as_ref().map(TicketFolder::path);
    let Some(upload) = UploadRows::write(plan, withheld, folder)? else {
        return Ok(None);
    };
    let UploadRows {
        sheet,
        mapper,
        path,
        numbers,
    } = upload;
    let imported = import(plan, withheld, (sheet, mapper), tickets.as_ref(), reporter).await;
    let is_open = |it: &Ticket| it.is_confirmed() && !it.is_finished();
    let kept = tickets.map(|folder| folder.tickets().unwrap_or_default());
    if imported.is_ok() || !kept.unwrap_or_default().iter().any(is_open) {
        // No other process needs the rows. In a temporary folder they are gone already.
        let _ = std::fs::remove_file(&path);
    }
    let receipt = imported?;
    Ok(Some(in_rows_of_list(receipt, &numbers, &plan.list)))
}

async fn import(
    plan: &SyncPlan,
    withheld: &HashSet<RowIndex>,
    (sheet, mapper): (Sheet, Mapper),
    tickets: Option<&TicketFolder>,
    reporter: &Reporter,
) -> Result<Receipt> {
    let mut import = plan.company.import_users(sheet).mapper(mapper);
    for group in &plan.options.groups {
        import = import.group(group);
    }
    if plan.options.create_groups {
        import = import.create_groups();
    }
    if let Some(tickets) = tickets {
        import = import.ticket(tickets);
    }
    let preview = watch(import.start(), reporter).await?;
    let counts = preview.counts();
    let joiners = plan.joiners.iter();
    let joiners = joiners.filter(|joiner| !withheld.contains(&joiner.row));
    let (returning, joiners): (Vec<_>, Vec<_>) = joiners.partition(|joiner| joiner.returns);
    // Whether a person who was deleted counts as new is not known.
    let (fewest, most) = (joiners.len(), joiners.len() + returning.len());
    let fewest = (fewest as u64).saturating_sub(counts.invalid);
    let most = most as u64;
    if !(fewest..=most).contains(&counts.new) {
        preview.discard().await?;
        let reason = match counts.new > most {
            true => "people were deleted or renamed",
            false => "people of the list were created by somebody else",
        };
        let problem = format!(
            "the service would create {} people, and the plan has {most} joiners: {reason} since it was made",
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

/// The receipt with the file and the rows of the list.
fn in_rows_of_list(mut receipt: Receipt, numbers: &[u32], list: &StaffList) -> Receipt {
    let number = |row: u32| UploadRows::number(numbers, row);
    let rows = |rows: &RowNumbers| rows.iter().filter_map(number).collect();
    receipt.imported_rows = rows(&receipt.imported_rows);
    receipt.skipped_rows = rows(&receipt.skipped_rows);
    let mapping = list.validation.mapping();
    let problem = |it: &RowProblem| {
        let problem = RowProblem::new(list.file_name(), it.row.and_then(number), it.kind.clone());
        let column = it.field.as_ref().and_then(|field| mapping.column_of(field));
        match column {
            Some(column) => problem.in_column(column),
            None => problem,
        }
    };
    receipt.rejected = receipt.rejected.iter().map(problem).collect();
    // The list has the same warnings, with its own rows.
    receipt.warnings = Vec::<Warning>::new();
    receipt.file = list.file_name().to_owned();
    receipt
}
