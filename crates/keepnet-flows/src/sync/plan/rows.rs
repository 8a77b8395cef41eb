//! A plan person by person.

use std::fmt;

use keepnet_staff_list::Field;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::items::KeptReason;
use super::sync_plan::SyncPlan;
use crate::import::ChangedField;
use crate::sync::person::value_of;
use crate::sync::report::SyncAction;

/// What a plan does with one person. Its `Debug` shows no values.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct SyncRow {
    /// What happens.
    pub action: SyncAction,
    /// The row of the list; null for a person whom it does not name.
    pub row: Option<u32>,
    /// The resource id; null for a joiner.
    pub id: Option<String>,
    /// The e-mail address that the company has, or the joiner's.
    pub email: String,
    /// The fields that change; a joiner has none.
    pub fields: Vec<ChangedField>,
    /// Whether a deleted person has the address of the joiner, or the new address of a person.
    pub returns: bool,
    /// Whether the person is made active.
    pub activates: bool,
    /// Why a person is kept.
    pub reason: Option<KeptReason>,
}

impl SyncPlan {
    /// The plan person by person: joiners, changes, leavers, and those who are kept. It contains their
    /// data; people who stay as they are are not in it.
    pub fn rows(&self) -> impl Iterator<Item = SyncRow> {
        let rows = &self.list.rows;
        let row = |action, row: Option<u32>, email: &str| SyncRow {
            action,
            row: row.map(|it| rows.number(it)),
            id: None,
            email: email.to_owned(),
            fields: Vec::new(),
            returns: false,
            activates: false,
            reason: None,
        };
        let joiners = self.joiners.iter().map(move |joiner| SyncRow {
            returns: joiner.returns,
            ..row(
                SyncAction::Join,
                Some(joiner.row),
                self.list.email(joiner.row),
            )
        });
        let movers = self.movers.iter().map(move |mover| {
            let new_email = mover.has_new_email.then(|| ChangedField {
                field: Field::Email,
                old: Some(mover.person.email.clone()),
                new: self.list.email(mover.row).to_owned(),
            });
            let positions = mover.fields.iter().chain(&mover.clears);
            let changed = positions.map(|position| {
                let field = &rows.fields()[*position as usize];
                ChangedField {
                    field: field.clone(),
                    old: value_of(&mover.person, field).map(str::to_owned),
                    new: rows.value(mover.row, *position as usize).to_owned(),
                }
            });
            SyncRow {
                id: Some(mover.person.resource_id.clone()),
                fields: new_email.into_iter().chain(changed).collect(),
                activates: mover.activates,
                returns: mover.returns,
                ..row(SyncAction::Change, Some(mover.row), &mover.person.email)
            }
        });
        let leavers = self.leavers.iter().map(move |leaver| SyncRow {
            id: Some(leaver.person.resource_id.clone()),
            ..row(SyncAction::Leave, None, &leaver.person.email)
        });
        let kept = self.kept.iter().map(move |kept| SyncRow {
            id: Some(kept.id.clone()),
            reason: Some(kept.reason),
            ..row(SyncAction::Keep, kept.row, &kept.email)
        });
        joiners.chain(movers).chain(leavers).chain(kept)
    }
}

impl fmt::Debug for SyncRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SyncRow")
            .field("action", &self.action)
            .field("row", &self.row)
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
