//! What a synchronization does with each person.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::sync::list::RowIndex;
use crate::users::UserRow;

/// A row whose person the company does not have.
pub(crate) struct Joiner {
    pub(crate) row: RowIndex,
    /// Whether a deleted person has the address.
    pub(crate) returns: bool,
}

/// A person whose record becomes that of the row.
pub(crate) struct Mover {
    pub(crate) row: RowIndex,
    pub(crate) person: UserRow,
    /// The fields that get another value, by their positions in the rows.
    pub(crate) fields: Vec<u16>,
    /// The fields that are cleared.
    pub(crate) clears: Vec<u16>,
    pub(crate) has_new_email: bool,
    pub(crate) activates: bool,
    pub(crate) joins_groups: bool,
    /// Whether a directory owns the person, who joins the groups by their id and is not changed.
    pub(crate) is_managed: bool,
    /// Whether a deleted person has the new address.
    pub(crate) returns: bool,
    /// Whether a blank cell has a value that an import cannot carry unchanged.
    pub(crate) goes_alone: bool,
}

/// A person whom the list does not name.
pub(crate) struct Leaver {
    pub(crate) person: UserRow,
}

/// A person whose record is not written, although the list asks for it or does not name them.
pub(crate) struct Kept {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) row: Option<RowIndex>,
    pub(crate) reason: KeptReason,
}

/// Why a person is left as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum KeptReason {
    /// An identity provider owns the person, or the service does not allow to edit them.
    Directory,
    /// The row with their address or key is rejected.
    RejectedRow,
    /// Another person has the same address or key.
    Ambiguous,
    /// The service shows no e-mail address of the person.
    NoAddress,
}

impl Mover {
    /// A person of a directory who joins groups, and whose record stays.
    pub(crate) fn of_directory(person: UserRow, row: RowIndex) -> Mover {
        Mover {
            row,
            person,
            fields: Vec::new(),
            clears: Vec::new(),
            has_new_email: false,
            activates: false,
            joins_groups: true,
            is_managed: true,
            returns: false,
            goes_alone: false,
        }
    }

    /// Whether the value of the list is written, by the position of its field.
    pub(crate) fn writes(&self, position: usize) -> bool {
        let position = position as u16;
        self.fields.contains(&position) || self.clears.contains(&position)
    }

    /// Whether the record is edited by itself: an import can neither change an address, nor clear a
    /// field, nor make a person active. A person of a directory only joins groups.
    pub(crate) fn is_edited(&self) -> bool {
        let changes = self.has_new_email || self.activates || !self.clears.is_empty();
        self.is_managed || self.goes_alone || changes
    }
}

/// How many values of a field are concerned.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FieldCounts {
    /// People who have a value, and whose cell is not blank or clears it.
    pub(crate) present: u64,
    /// Those of them who get another value, or none.
    pub(crate) replaced: u64,
    /// People who have no value and get one.
    pub(crate) filled: u64,
    /// People whose value is cleared.
    pub(crate) cleared: u64,
}

/// Such as `a directory owns the person`.
impl fmt::Display for KeptReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            KeptReason::Directory => "a directory owns the person",
            KeptReason::RejectedRow => "the row of the person is rejected",
            KeptReason::Ambiguous => "several people have this address or key",
            KeptReason::NoAddress => "the service shows no e-mail address",
        })
    }
}
