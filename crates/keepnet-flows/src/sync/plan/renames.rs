//! People whose e-mail address may have changed: their name is in a row with another address.

use std::collections::HashMap;

use keepnet_staff_list::Field;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::items::Mover;
use super::matching::Comparison;
use super::values::KnownValues;
use crate::sync::list::{RowIndex, StaffList};
use crate::sync::person::value_of;
use crate::users::UserRow;

/// A person who would leave or get another name, and a row with another address, with their name and
/// another value in common. The row may be theirs: their e-mail address has changed, and somebody else
/// may have got the old one. A key settles it ([`SyncUsers::key`](crate::SyncUsers::key)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct PossibleRename {
    /// The row.
    pub row: u32,
    /// The resource id of the person.
    pub id: String,
    /// The field in which they agree, beside the name.
    pub field: Field,
    /// Whether the person would leave; otherwise they would get the name of another row.
    pub leaves: bool,
}

/// The pairs of a person and a row with another address that may be theirs.
pub(crate) fn find_renames(
    list: &StaffList,
    found: &Comparison,
    values: &KnownValues,
) -> Vec<PossibleRename> {
    let rows = &list.rows;
    let names = [Field::FirstName, Field::LastName].map(|field| rows.position(&field));
    let [Some(first), Some(last)] = names else {
        return Vec::new();
    };
    let is_renamed = |mover: &&Mover| {
        let changes = |position: usize| mover.fields.contains(&(position as u16));
        !mover.has_new_email && (changes(first) || changes(last))
    };
    let renamed: Vec<&Mover> = found.movers.iter().filter(is_renamed).collect();
    let key = |first: &str, last: &str| format!("{} {}", first.to_lowercase(), last.to_lowercase());
    // A name that several have is no hint.
    let mut row_of: HashMap<String, Option<RowIndex>> = HashMap::new();
    let new_rows = found.joiners.iter().map(|joiner| joiner.row);
    for row in new_rows.chain(renamed.iter().map(|mover| mover.row)) {
        let (first, last) = (rows.value(row, first), rows.value(row, last));
        if !first.is_empty() && !last.is_empty() {
            let row_of = row_of.entry(key(first, last));
            row_of.and_modify(|it| *it = None).or_insert(Some(row));
        }
    }
    let name_of = |person: &UserRow| {
        let name = |field| value_of(person, &field).unwrap_or_default();
        key(name(Field::FirstName), name(Field::LastName))
    };
    let leaving = found.leavers.iter().map(|leaver| (&leaver.person, true));
    let people = leaving.chain(renamed.iter().map(|mover| (&mover.person, false)));
    let people: Vec<(&UserRow, bool)> = people.collect();
    let mut people_of: HashMap<String, u64> = HashMap::new();
    for (person, _) in &people {
        *people_of.entry(name_of(person)).or_default() += 1;
    }
    let mut renames = Vec::new();
    for (person, leaves) in people {
        let name = name_of(person);
        let (Some(Some(row)), 1) = (row_of.get(&name), people_of[&name]) else {
            continue;
        };
        let agrees = |(position, field): &(usize, &Field)| {
            // Many people share a priority, a time zone and a language.
            let tells_people_apart = matches!(
                field,
                Field::Department | Field::PhoneNumber | Field::Custom(_)
            );
            let new = rows.value(*row, *position);
            let old = value_of(person, field);
            tells_people_apart
                && !new.is_empty()
                && old.is_some_and(|old| values.is_same(field, old, new))
        };
        let mut fields = rows.fields().iter().enumerate();
        if let Some((_, field)) = fields.find(agrees) {
            renames.push(PossibleRename {
                row: rows.number(*row),
                id: person.resource_id.clone(),
                field: field.clone(),
                leaves,
            });
        }
    }
    renames
}
