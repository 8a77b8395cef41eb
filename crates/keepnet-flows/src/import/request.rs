//! Asking the service to import the rows of a transaction.

use keepnet_client::open_optional;
use keepnet_client::types::TmpTargetUserImportRequest;
use serde_json::Value;

use super::preview::Preview;
use super::preview_rows::PreviewRows;
use super::settings::ImportMode;
use super::steps::nothing_imported;
use crate::error::{Result, was_not_taken};
use crate::wire::{Record, path_id};

/// What became of the request.
pub(super) enum Asked {
    /// The service took it; its answer may name the job.
    Accepted(Option<String>),
    /// The service may have taken it.
    Unknown(keepnet_client::Error),
    /// None of the rows is to be imported, so nothing was sent.
    Nothing,
}

/// The rows that are imported, by id, and how many of them are new; only where they had to be named.
pub(super) struct Named {
    ids: Vec<String>,
    pub(super) new: u64,
}

/// Asks for the import, once. A value that the service does not know is answered by 400, and then
/// nothing was done: the document and the service's own client use different words.
pub(super) async fn ask(preview: &Preview, doing: &str) -> Result<(Asked, Option<Named>)> {
    let by_word: &[&str] = match preview.plan.mode {
        ImportMode::All => &["All", "ImportAll"],
        ImportMode::New => &["OnlyNew"],
        ImportMode::Existing => &["OnlyUpdateExisting"],
        ImportMode::Selected => &[],
    };
    let can_name = preview.plan.mode != ImportMode::All;
    for (at, word) in by_word.iter().enumerate() {
        let is_last = at + 1 == by_word.len() && !can_name;
        if let Some(asked) = send(preview, doing, word, None, is_last).await? {
            return Ok((asked, None));
        }
    }
    let named = named(preview, doing).await?;
    if named.ids.is_empty() {
        return Ok((Asked::Nothing, Some(named)));
    }
    for (word, is_last) in [("Selected", false), ("ImportSelected", true)] {
        if let Some(asked) = send(preview, doing, word, Some(&named), is_last).await? {
            return Ok((asked, Some(named)));
        }
    }
    Ok((Asked::Nothing, Some(named)))
}

/// Sends one request; `None` where the service does not know the word and another is left to try.
async fn send(
    preview: &Preview,
    doing: &str,
    word: &str,
    named: Option<&Named>,
    is_last: bool,
) -> Result<Option<Asked>> {
    let company = &preview.plan.company;
    let body = TmpTargetUserImportRequest {
        import_type: Some(word.to_owned()),
        selected_resource_ids: named.map(|named| named.ids.clone()),
    };
    let sent = open_optional(
        "import_target_users",
        company
            .raw()
            .import_target_users(&preview.plan.transaction, &body),
    );
    match sent.await {
        Ok(answer) => {
            let answer = Value::Object(answer.unwrap_or_default().into_iter().collect());
            let id = Record::of(&answer).and_then(|record| record.text("resourceId"));
            let job = path_id(id).filter(|id| *id != preview.plan.transaction);
            Ok(Some(Asked::Accepted(job)))
        }
        Err(error) if error.status() == Some(400) && !is_last => Ok(None),
        Err(error) if was_not_taken(&error) => Err(nothing_imported(company.failed(doing, error))),
        Err(error) => Ok(Some(Asked::Unknown(error))),
    }
}

/// The rows to import by id, for a service that knows no word for them.
async fn named(preview: &Preview, doing: &str) -> Result<Named> {
    let plan = &preview.plan;
    let statuses = match plan.mode {
        ImportMode::New => "New",
        ImportMode::Existing => "Exists",
        ImportMode::All | ImportMode::Selected => "New,Exists,SCIM",
    };
    let selected = (plan.mode == ImportMode::Selected).then(|| preview.selected_rows());
    let mut named = Named {
        ids: Vec::new(),
        new: 0,
    };
    let mut rows = PreviewRows::new(&plan.company, doing, &plan.transaction, statuses);
    while let Some(page) = rows.next().await? {
        for row in page.rows {
            let is_wanted = match (&selected, plan.checked.row_of(&row.email)) {
                (None, _) => true,
                (Some(selected), Some(number)) => selected.contains(&number),
                (Some(_), None) => false,
            };
            if let Some(id) = row.id.filter(|_| is_wanted) {
                named.ids.push(id);
                named.new += u64::from(row.status.eq_ignore_ascii_case("New"));
            }
        }
    }
    Ok(named)
}

impl Named {
    pub(super) fn count(&self) -> u64 {
        self.ids.len() as u64
    }
}
