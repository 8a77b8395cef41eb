//! People whose e-mail address may have changed: they look like a leaver and a joiner.

use std::collections::HashMap;

use keepnet_staff_list::Field;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::items::Leaver;
use super::matching::Comparison;
use super::values::KnownValues;
use crate::sync::list::{RowIndex, StaffList};
use crate::sync::person::value_of;

/// A leaver and a joiner with the same name and another value in common. They may be one person whose
/// e-mail address has changed; a key settles it ([`SyncUsers::key`](crate::SyncUsers::key)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct PossibleRename {
    /// The row of the joiner.
    pub row: u32,
    /// The resource id of the leaver.
    pub id: String,
    /// The field in which they agree, beside the name.
    pub field: Field,
}

/// The pairs of a leaver and a joiner who may be one person.
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
    let key = |first: &str, last: &str| format!("{} {}", first.to_lowercase(), last.to_lowercase());
    // A name that several have is no hint.
    let mut joiners: HashMap<String, Option<RowIndex>> = HashMap::new();
    for joiner in &found.joiners {
        let (first, last) = (rows.value(joiner.row, first), rows.value(joiner.row, last));
        if !first.is_empty() && !last.is_empty() {
            let row = joiners.entry(key(first, last));
            row.and_modify(|it| *it = None).or_insert(Some(joiner.row));
        }
    }
    let name_of = |leaver: &Leaver| {
        let name = |field| value_of(&leaver.person, &field).unwrap_or_default();
        key(name(Field::FirstName), name(Field::LastName))
    };
    let mut leavers: HashMap<String, u64> = HashMap::new();
    for leaver in &found.leavers {
        *leavers.entry(name_of(leaver)).or_default() += 1;
    }
    let mut renames = Vec::new();
    for leaver in &found.leavers {
        let name = name_of(leaver);
        let (Some(Some(row)), 1) = (joiners.get(&name), leavers[&name]) else {
            continue;
        };
        let agrees = |(position, field): &(usize, &Field)| {
            // Many people share a priority, a time zone and a language.
            let tells_people_apart = matches!(
                field,
                Field::Department | Field::PhoneNumber | Field::Custom(_)
            );
            let new = rows.value(*row, *position);
            let old = value_of(&leaver.person, field);
            tells_people_apart
                && !new.is_empty()
                && old.is_some_and(|old| values.is_same(field, old, new))
        };
        let mut fields = rows.fields().iter().enumerate();
        if let Some((_, field)) = fields.find(agrees) {
            renames.push(PossibleRename {
                row: rows.number(*row),
                id: leaver.person.resource_id.clone(),
                field: field.clone(),
            });
        }
    }
    renames
}
