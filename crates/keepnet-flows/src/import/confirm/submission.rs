//! Asking the service to import the rows of a transaction.

use keepnet_client::types::TmpTargetUserImportRequest;
use serde_json::Value;

use crate::error::{ErrorKind, Result, was_not_taken};
use crate::import::mode::ImportMode;
use crate::import::preview::Plan;
use crate::import::row_numbers::RowNumbers;
use crate::import::upload::{PreviewRows, nothing_imported};
use crate::lenient_json::{Record, path_id};

/// What became of the request.
pub(super) enum Asked {
    /// The service took it; its answer may name the job.
    Accepted(Option<String>),
    /// The service may have taken it.
    Unknown(keepnet_client::Error),
}

/// The rows that a mode takes, as the service and as the file number them.
pub(super) struct Named {
    ids: Vec<String>,
    pub(super) rows: RowNumbers,
    pub(super) new: u64,
}

/// Asks for the import, once. A value that the service does not know is answered by 400, and then
/// nothing was done: the document and the service's own client use different words. `named` are the
/// rows to take, in the modes that may have to name them.
pub(super) async fn ask(plan: &Plan, doing: &str, named: Option<&Named>) -> Result<Asked> {
    let by_word: &[&str] = match plan.mode {
        ImportMode::All => &["All", "ImportAll"],
        ImportMode::New => &["OnlyNew"],
        ImportMode::Existing => &["OnlyUpdateExisting"],
        ImportMode::Selected => &[],
    };
    for (at, word) in by_word.iter().enumerate() {
        let is_last = at + 1 == by_word.len() && named.is_none();
        if let Some(asked) = send(plan, doing, word, None, is_last).await? {
            return Ok(asked);
        }
    }
    for (word, is_last) in [("Selected", false), ("ImportSelected", true)] {
        if let Some(asked) = send(plan, doing, word, named, is_last).await? {
            return Ok(asked);
        }
    }
    Err(plan.company.error(
        ErrorKind::Rejected,
        doing,
        "the service knows no such import",
    ))
}

/// Sends one request; `None` where the service does not know the word and another is left to try.
async fn send(
    plan: &Plan,
    doing: &str,
    word: &str,
    named: Option<&Named>,
    is_last: bool,
) -> Result<Option<Asked>> {
    let company = &plan.company;
    let body = TmpTargetUserImportRequest {
        import_type: Some(word.to_owned()),
        selected_resource_ids: named.map(|named| named.ids.clone()),
    };
    let sent = company
        .raw()
        .import_target_users(&plan.transaction, &body)
        .optional();
    match sent.await {
        Ok(answer) => {
            let answer = Value::Object(answer.unwrap_or_default().into_iter().collect());
            let id = Record::of(&answer).and_then(|record| record.text("resourceId"));
            let job = path_id(id).filter(|id| *id != plan.transaction);
            Ok(Some(Asked::Accepted(job)))
        }
        Err(error) if error.status() == Some(400) && !is_last => Ok(None),
        Err(error) if was_not_taken(&error) => Err(nothing_imported(company.failed(doing, error))),
        Err(error) => Ok(Some(Asked::Unknown(error))),
    }
}

/// The rows that the mode takes, of those that the service accepts.
pub(super) async fn named(plan: &Plan, doing: &str) -> Result<Named> {
    let statuses = match plan.mode {
        ImportMode::New => "New",
        ImportMode::Existing => "Exists",
        ImportMode::All | ImportMode::Selected => "New,Exists,SCIM",
    };
    let is_selected = plan.mode == ImportMode::Selected;
    let mut ids = Vec::new();
    let mut numbers = Vec::new();
    let mut new = 0;
    let mut rows = PreviewRows::new(&plan.company, doing, &plan.transaction, statuses);
    while let Some(page) = rows.next().await? {
        for row in page.rows {
            let number = plan.checked.row_of(&row.email);
            let is_wanted = !is_selected || number.is_some_and(|it| plan.selected.contains(it));
            if let Some(id) = row.id.filter(|_| is_wanted) {
                ids.push(id);
                numbers.extend(number);
                new += u64::from(row.status.eq_ignore_ascii_case("New"));
            }
        }
    }
    Ok(Named {
        ids,
        rows: numbers.into_iter().collect(),
        new,
    })
}

impl Named {
    pub(super) fn count(&self) -> u64 {
        self.ids.len() as u64
    }
}
