//! The outcome of adding a user, as text and as a record.

use keepnet_flows::{AddOutcome, AddedUser};
use serde_json::json;

use crate::ui::{Column, Record, plain_text};

/// The outcome in the word that every format uses.
pub(super) fn outcome_text(outcome: AddOutcome) -> String {
    plain_text(&json!(outcome))
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
