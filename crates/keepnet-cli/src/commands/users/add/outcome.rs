//! The outcome of adding a user, as text and as a record.

use keepnet_flows::{AddOutcome, AddReport, AddedUser, ProblemKind};
use serde::Serialize;
use serde_json::json;

use crate::ui::{Column, Record, plain_text};

/// The outcome in the word that every format uses.
pub(super) fn outcome_text(outcome: AddOutcome) -> String {
    plain_text(&json!(outcome))
}

/// What became of a row of a file, whether it was tried or not.
#[derive(Serialize)]
pub(super) struct FileRow<'a> {
    number: Option<u64>,
    row: Option<u32>,
    outcome: String,
    id: Option<&'a str>,
    message: Option<String>,
}

impl Record for FileRow<'_> {
    const COLUMNS: &'static [Column] = AddedUser::COLUMNS;
}

/// All rows of the file in its order: the users, and the problems of the rejected rows.
pub(super) fn file_rows(report: &AddReport) -> Vec<FileRow<'_>> {
    let tried = report.users.iter().map(|user| FileRow {
        number: Some(user.number),
        row: user.row,
        outcome: outcome_text(user.outcome),
        id: user.id.as_deref(),
        message: user.message.clone(),
    });
    let rejected = report.rejected.iter().map(|problem| FileRow {
        number: None,
        row: problem.row,
        outcome: match problem.kind {
            ProblemKind::Duplicate { .. } => outcome_text(AddOutcome::Duplicate),
            _ => "invalid".to_owned(),
        },
        id: None,
        message: Some(problem.message()),
    });
    let mut rows: Vec<_> = tried.chain(rejected).collect();
    rows.sort_by_key(|row| row.row);
    rows
}

impl Record for AddedUser {
    const COLUMNS: &'static [Column] = &[
        Column::whole("number"),
        Column::whole("row"),
        Column::whole("outcome"),
        Column::whole("id"),
        Column::text("message"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.number.to_string(),
            self.row.map(|row| row.to_string()).unwrap_or_default(),
            outcome_text(self.outcome),
            self.id.clone().unwrap_or_default(),
            self.message.clone().unwrap_or_default(),
        ]
    }
}
