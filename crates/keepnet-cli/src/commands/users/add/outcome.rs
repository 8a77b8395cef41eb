//! The outcome of adding a user, as text and as a record.

use keepnet_flows::{AddOutcome, AddedUser};

use crate::ui::Record;

pub(super) fn outcome_text(outcome: AddOutcome) -> &'static str {
    match outcome {
        AddOutcome::Added => "added",
        AddOutcome::Existing => "already there",
        AddOutcome::Duplicate => "named twice",
        AddOutcome::Failed => "failed",
        _ => "unknown",
    }
}

impl Record for AddedUser {
    const COLUMNS: &'static [&'static str] = &["number", "row", "outcome", "id", "message"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.number.to_string(),
            self.row.map(|row| row.to_string()).unwrap_or_default(),
            outcome_text(self.outcome).to_owned(),
            self.id.clone().unwrap_or_default(),
            self.message.clone().unwrap_or_default(),
        ]
    }
}
