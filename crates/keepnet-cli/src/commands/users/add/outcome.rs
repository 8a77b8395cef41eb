//! What became of a person who was to be added.

use keepnet_flows::{AddOutcome, AddedUser};

use crate::ui::Record;

pub(super) fn in_words(outcome: AddOutcome) -> &'static str {
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
            in_words(self.outcome).to_owned(),
            self.id.clone().unwrap_or_default(),
            self.message.clone().unwrap_or_default(),
        ]
    }
}
