//! People whose record the service may refuse, as far as their rows show it.

use std::fmt;

use keepnet_staff_list::Field;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::items::Mover;
use super::matching::Comparison;
use super::values::KnownValues;
use crate::sync::leavers::Leavers;
use crate::sync::list::StaffList;
use crate::sync::options::SyncOptions;
use crate::sync::person::value_of;
use crate::users::{UpdateDoubt, UserRow};

/// A person who is written by one request, with a value that the service may refuse in it: the record is
/// sent back whole. The person is tried, and the receipt says what became of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct PossibleRefusal {
    /// The resource id of the person.
    pub id: String,
    /// The row of the list; null for a leaver.
    pub row: Option<u32>,
    /// The field with the value.
    pub field: Field,
    /// Why the service may refuse it.
    pub doubt: UpdateDoubt,
}

/// What the service may refuse of the people who are written one by one; the doubts about one person
/// follow each other.
pub(crate) fn find_possible_refusals(
    list: &StaffList,
    found: &Comparison,
    values: &KnownValues,
    options: &SyncOptions,
) -> Vec<PossibleRefusal> {
    let movers = found.movers.iter().filter(|it| is_updated(it));
    let movers = movers.flat_map(|mover| {
        let doubts = doubts(values, |field| match list.rows.position(field) {
            Some(position) if mover.writes(position) => {
                Some(list.rows.value(mover.row, position)).filter(|it| !it.is_empty())
            }
            _ => value_of(&mover.person, field),
        });
        let row = Some(list.rows.number(mover.row));
        doubts.map(move |doubt| refusal(&mover.person, row, doubt))
    });
    let leavers = match options.leavers {
        Leavers::Deactivate => found.leavers.as_slice(),
        _ => &[],
    };
    let leavers = leavers.iter().flat_map(|leaver| {
        let doubts = doubts(values, |field| value_of(&leaver.person, field));
        doubts.map(|doubt| refusal(&leaver.person, None, doubt))
    });
    movers.chain(leavers).collect()
}

/// The people whose record is sent back whole.
pub(crate) fn updated_people<'a>(
    found: &'a Comparison,
    options: &SyncOptions,
) -> impl Iterator<Item = &'a UserRow> {
    let movers = found.movers.iter().filter(|it| is_updated(it));
    let leavers = match options.leavers {
        Leavers::Deactivate => found.leavers.as_slice(),
        _ => &[],
    };
    let leavers = leavers.iter().map(|it| &it.person);
    movers.map(|it| &it.person).chain(leavers)
}

fn is_updated(mover: &Mover) -> bool {
    mover.is_edited() && !mover.is_managed
}

/// The doubts about the values of a record.
fn doubts<'a>(
    values: &KnownValues,
    value: impl Fn(&Field) -> Option<&'a str>,
) -> impl Iterator<Item = (Field, UpdateDoubt)> {
    Field::BUILT_IN.iter().filter_map(move |field| {
        let text = value(field)?;
        let doubt = match values.is_listed(field, text) {
            true => UpdateDoubt::of_length(field, text)?,
            false => UpdateDoubt::NotListed,
        };
        Some((field.clone(), doubt))
    })
}

fn refusal(
    person: &UserRow,
    row: Option<u32>,
    (field, doubt): (Field, UpdateDoubt),
) -> PossibleRefusal {
    PossibleRefusal {
        id: person.resource_id.clone(),
        row,
        field,
        doubt,
    }
}

/// Such as `the service may refuse the user …: the department has 70 characters, and the document allows
/// 64 in an update`.
impl fmt::Display for PossibleRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (id, field) = (&self.id, self.field.label());
        if let Some(row) = self.row {
            write!(f, "row {row}: ")?;
        }
        write!(
            f,
            "the service may refuse the user {id}: the {field} {}",
            self.doubt
        )
    }
}
