//! Matching the people of the company with the rows of the list.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use keepnet_staff_list::{Field, ProblemKind, RowProblem, normalize_email, validate_value};

use super::items::{FieldCounts, Joiner, Kept, KeptReason, Leaver, Mover};
use super::values::KnownValues;
use crate::sync::leavers::Leavers;
use crate::sync::list::{RowIndex, StaffList};
use crate::sync::options::SyncOptions;
use crate::sync::person::{address_of, is_active, is_deleted, is_managed, value_of};
use crate::users::{RowProperties, UserRow, domain_of};

/// What the people and the rows come to.
#[derive(Default)]
pub(crate) struct Comparison {
    pub(crate) joiners: Vec<Joiner>,
    pub(crate) movers: Vec<Mover>,
    pub(crate) leavers: Vec<Leaver>,
    pub(crate) kept: Vec<Kept>,
    /// People on the list whose record is that of their row.
    pub(crate) stay: u64,
    /// People on the list who are inactive and stay so.
    pub(crate) inactive: u64,
    /// People who are not deleted.
    pub(crate) people: u64,
    /// Those of them who could leave.
    pub(crate) could_leave: u64,
    /// The ids of people who are deleted, or inactive and not on the list.
    pub(crate) gone: HashSet<Box<str>>,
    /// The properties that rows of the listing have.
    pub(crate) shown: RowProperties,
    /// How many active people have each domain.
    pub(crate) domains: BTreeMap<String, u64>,
    /// In the order of the fields of the rows.
    pub(crate) fields: Vec<FieldCounts>,
    /// Rows that are refused because of the people.
    pub(crate) problems: Vec<RowProblem>,
    /// The rows of these problems.
    pub(crate) refused: HashSet<RowIndex>,
}

/// The matching while people are added.
pub(crate) struct Matching<'a> {
    pub(crate) list: &'a StaffList,
    pub(crate) values: &'a KnownValues,
    pub(crate) options: &'a SyncOptions,
    /// Whether a blank cell clears the field, in the order of the fields.
    pub(crate) clears: Vec<bool>,
    /// The people who are in all groups; `None` if nobody joins a group.
    pub(crate) members: Option<HashSet<String>>,
    /// The key, if people are also matched by one.
    pub(crate) keys: Option<Keys>,
    /// Whether a person has the row, and how many times.
    pub(crate) owners: Vec<u8>,
    pub(crate) returning: HashSet<RowIndex>,
    pub(crate) result: Comparison,
}

/// The rows by their keys. The people wait until all of them are known, because a key takes precedence
/// over an address.
pub(crate) struct Keys {
    field: usize,
    rows: HashMap<Box<str>, RowIndex>,
    /// The keys of rows that are refused.
    refused: HashSet<String>,
    people: Vec<UserRow>,
}

impl<'a> Matching<'a> {
    pub(crate) fn new(
        list: &'a StaffList,
        values: &'a KnownValues,
        options: &'a SyncOptions,
        clears: Vec<bool>,
        members: Option<HashSet<String>>,
        key: Option<usize>,
    ) -> Matching<'a> {
        let mut matching = Matching {
            list,
            values,
            options,
            clears,
            members,
            keys: None,
            owners: vec![0; list.rows.len()],
            returning: HashSet::new(),
            result: Comparison {
                fields: vec![FieldCounts::default(); list.rows.fields().len()],
                ..Comparison::default()
            },
        };
        matching.keys = key.map(|field| matching.index_keys(field));
        matching
    }

    /// Adds a person of the company.
    pub(crate) fn add(&mut self, person: UserRow) {
        let email = address_of(&person);
        self.result.shown = self.result.shown.or(person.properties);
        if is_deleted(&person) {
            self.returning
                .extend(self.list.by_email.get(email.as_str()));
            self.result.gone.insert(person.resource_id.into());
            return;
        }
        self.result.people += 1;
        if !is_managed(&person) && (is_active(&person) || self.options.leavers == Leavers::Delete) {
            self.result.could_leave += 1;
        }
        if email.contains('@') && is_active(&person) {
            *self.result.domains.entry(domain_of(&email)).or_default() += 1;
        }
        match &mut self.keys {
            Some(keys) => keys.people.push(person),
            None => {
                let row = self.list.by_email.get(email.as_str()).copied();
                self.settle(person, row, &email);
            }
        }
    }

    /// Decides what becomes of everybody.
    pub(crate) fn finish(mut self) -> Comparison {
        if let Some(keys) = self.keys.take() {
            self.settle_by_key(keys);
        }
        let mut result = self.result;
        let owners = &self.owners;
        let (movers, doubled): (Vec<_>, Vec<_>) = std::mem::take(&mut result.movers)
            .into_iter()
            .partition(|mover| owners[mover.row as usize] == 1);
        result.movers = movers;
        for mover in &mut result.movers {
            mover.returns = mover.has_new_email && self.returning.contains(&mover.row);
        }
        let kept = doubled.into_iter().map(|mover| Kept {
            id: mover.person.resource_id,
            email: mover.person.email,
            row: Some(mover.row),
            reason: KeptReason::Ambiguous,
        });
        result.kept.extend(kept);
        for row in 0..self.list.rows.len() as RowIndex {
            if owners[row as usize] == 0 && !result.refused.contains(&row) {
                result.joiners.push(Joiner {
                    row,
                    returns: self.returning.contains(&row),
                });
            }
        }
        result.movers.sort_by_key(|mover| mover.row);
        result
    }

    /// Decides about a person with this row, if any.
    fn settle(&mut self, person: UserRow, row: Option<RowIndex>, email: &str) {
        let Some(row) = row else {
            return self.settle_absent(person, email);
        };
        let owners = &mut self.owners[row as usize];
        *owners = owners.saturating_add(1);
        if *owners > 1 {
            return self.keep(person, Some(row), KeptReason::Ambiguous);
        }
        let mover = self.compare(person, row);
        let changes = !mover.fields.is_empty()
            || !mover.clears.is_empty()
            || mover.has_new_email
            || mover.activates;
        if changes && mover.is_managed {
            // Nobody but the directory changes the record; groups that no directory fills are free.
            if mover.joins_groups {
                self.result
                    .movers
                    .push(Mover::of_directory(mover.person.clone(), row));
            }
            return self.keep(mover.person, Some(row), KeptReason::Directory);
        }
        self.count(&mover);
        match changes || mover.joins_groups {
            true => self.result.movers.push(mover),
            false => self.result.stay += 1,
        }
    }

    fn settle_absent(&mut self, person: UserRow, email: &str) {
        let is_gone = !is_active(&person) && self.options.leavers == Leavers::Deactivate;
        if is_gone {
            self.result.gone.insert(person.resource_id.into());
            return;
        }
        if self.options.leavers == Leavers::Keep {
            return;
        }
        let reason = match () {
            () if self.list.protected.contains(email) => KeptReason::RejectedRow,
            () if is_managed(&person) => KeptReason::Directory,
            () if email.is_empty() => KeptReason::NoAddress,
            () => return self.result.leavers.push(Leaver { person }),
        };
        self.keep(person, None, reason);
    }

    fn keep(&mut self, person: UserRow, row: Option<RowIndex>, reason: KeptReason) {
        self.result.kept.push(Kept {
            id: person.resource_id,
            email: person.email,
            row,
            reason,
        });
    }

    /// What the row changes about the person.
    fn compare(&self, person: UserRow, row: RowIndex) -> Mover {
        let rows = &self.list.rows;
        let (mut fields, mut clears) = (Vec::new(), Vec::new());
        let mut has_new_email = false;
        for (position, field) in rows.fields().iter().enumerate() {
            let new = rows.value(row, position);
            if *field == Field::Email {
                has_new_email = address_of(&person) != normalize_email(new);
                continue;
            }
            let position = position as u16;
            match value_of(&person, field) {
                None if new.is_empty() => {}
                Some(_) if new.is_empty() => {
                    if self.clears[position as usize] {
                        clears.push(position);
                    }
                }
                Some(old) if self.values.is_same(field, old, new) => {}
                _ => fields.push(position),
            }
        }
        let has_changes = has_new_email || !fields.is_empty() || !clears.is_empty();
        let is_member = |members: &HashSet<String>| members.contains(&person.resource_id);
        Mover {
            row,
            fields,
            clears,
            has_new_email,
            activates: self.options.activate && !is_active(&person),
            joins_groups: self.members.as_ref().is_some_and(|it| !is_member(it)),
            is_managed: is_managed(&person),
            returns: false,
            goes_alone: has_changes && self.has_uncarried_blank(&person, row),
            person,
        }
    }

    /// Whether a blank cell has a value that an import cannot carry unchanged. A time zone or a language
    /// can be carried if the service lists it.
    fn has_uncarried_blank(&self, person: &UserRow, row: RowIndex) -> bool {
        let rows = &self.list.rows;
        let mut fields = rows.fields().iter().enumerate();
        fields.any(|(position, field)| {
            let is_blank = rows.value(row, position).is_empty();
            let present = value_of(person, field).filter(|_| is_blank);
            present.is_some_and(|value| {
                // An import reads a date in the order of day and month that the account has.
                self.values.is_date(field)
                    || validate_value(field, value).as_deref() != Ok(value)
                    || !self.values.is_listed(field, value)
            })
        })
    }

    /// Counts the values of a person, before and after.
    fn count(&mut self, mover: &Mover) {
        let rows = &self.list.rows;
        for (position, field) in rows.fields().iter().enumerate() {
            let counts = &mut self.result.fields[position];
            let position16 = position as u16;
            let is_cleared = mover.clears.contains(&position16);
            let is_changed = mover.fields.contains(&position16) || is_cleared;
            let has_value = value_of(&mover.person, field).is_some();
            if has_value && (is_cleared || !rows.value(mover.row, position).is_empty()) {
                counts.present += 1;
                let is_known = self.values.is_comparable(
                    field,
                    value_of(&mover.person, field).unwrap_or_default(),
                    rows.value(mover.row, position),
                );
                counts.replaced += u64::from(is_changed && (is_known || is_cleared));
                counts.cleared += u64::from(is_cleared);
            } else if is_changed {
                counts.filled += 1;
            }
        }
        if !is_active(&mover.person) && !mover.activates {
            self.result.inactive += 1;
        }
    }

    /// The rows by their keys; a row whose key another row has is refused.
    fn index_keys(&mut self, field: usize) -> Keys {
        let list = self.list;
        let mut rows: HashMap<Box<str>, RowIndex> = HashMap::new();
        let key_field = &list.rows.fields()[field];
        for row in 0..list.rows.len() as RowIndex {
            let key = self.values.key(key_field, list.rows.value(row, field));
            if key.is_empty() {
                continue;
            }
            if let Some(first) = rows.get(key.as_str()) {
                let first = *first;
                let number = |row| list.rows.number(row);
                self.refuse(row, field, format!("the same key as row {}", number(first)));
                // Which of the two rows is the person's is not known.
                self.refuse(
                    first,
                    field,
                    format!("row {} has the same key", number(row)),
                );
            } else {
                rows.insert(key.into_boxed_str(), row);
            }
        }
        let refused = list.refused_keys.iter();
        Keys {
            field,
            refused: refused.map(|key| self.values.key(key_field, key)).collect(),
            rows,
            people: Vec::new(),
        }
    }

    fn settle_by_key(&mut self, keys: Keys) {
        let list = self.list;
        let key_field = &list.rows.fields()[keys.field];
        let values = self.values;
        let key_of = |person: &UserRow| {
            let key = value_of(person, key_field).map(|key| values.key(key_field, key));
            key.filter(|key| !key.is_empty())
        };
        let mut people_of_key: HashMap<String, u32> = HashMap::new();
        let mut by_email: HashMap<String, usize> = HashMap::new();
        for (index, person) in keys.people.iter().enumerate() {
            if let Some(key) = key_of(person) {
                *people_of_key.entry(key).or_default() += 1;
            }
            by_email.insert(address_of(person), index);
        }
        // Which row each person has, and who must not leave.
        let mut rows: Vec<Option<RowIndex>> = vec![None; keys.people.len()];
        let mut kept: Vec<Option<KeptReason>> = vec![None; keys.people.len()];
        for (index, person) in keys.people.iter().enumerate() {
            let Some(key) = key_of(person) else {
                continue;
            };
            if keys.refused.contains(&key) {
                kept[index] = Some(KeptReason::RejectedRow);
            }
            let Some(row) = keys.rows.get(key.as_str()).copied() else {
                continue;
            };
            if self.result.refused.contains(&row) {
                kept[index] = Some(KeptReason::RejectedRow);
                continue;
            }
            if people_of_key[&key] > 1 {
                kept[index] = Some(KeptReason::Ambiguous);
                self.refuse(row, keys.field, "several people have this key".to_owned());
                continue;
            }
            let email = normalize_email(list.email(row)).into_owned();
            match by_email.get(&email) {
                Some(other) if *other != index => {
                    kept[index] = Some(KeptReason::RejectedRow);
                    kept[*other] = Some(KeptReason::RejectedRow);
                    let problem = "one person has this key, and another one this e-mail address";
                    self.refuse(row, keys.field, problem.to_owned());
                }
                _ => rows[index] = Some(row),
            }
        }
        for (index, person) in keys.people.iter().enumerate() {
            let email = address_of(person);
            let Some(row) = list.by_email.get(email.as_str()).copied() else {
                continue;
            };
            if rows[index].is_some() || self.result.refused.contains(&row) {
                kept[index] = kept[index].or(match rows[index] {
                    Some(_) => None,
                    None => Some(KeptReason::RejectedRow),
                });
                continue;
            }
            let new = values.key(key_field, list.rows.value(row, keys.field));
            match key_of(person) {
                Some(old) if !new.is_empty() && old != new => {
                    kept[index] = Some(KeptReason::RejectedRow);
                    let problem = "the person with this e-mail address has another key";
                    self.refuse(row, keys.field, problem.to_owned());
                }
                _ => rows[index] = Some(row),
            }
        }
        for (index, person) in keys.people.into_iter().enumerate() {
            let email = address_of(&person);
            let row = rows[index].filter(|row| !self.result.refused.contains(row));
            match kept[index] {
                Some(reason) => self.keep(person, None, reason),
                None if row.is_none() && rows[index].is_some() => {
                    self.keep(person, None, KeptReason::RejectedRow);
                }
                None => self.settle(person, row, &email),
            }
        }
    }

    fn refuse(&mut self, row: RowIndex, field: usize, problem: String) {
        if !self.result.refused.insert(row) {
            return;
        }
        let list = self.list;
        let file: Arc<str> = list.file_name().into();
        let mapping = list.validation.mapping();
        let problem = RowProblem::new(
            file,
            Some(list.rows.number(row)),
            ProblemKind::Other(problem),
        );
        let column = mapping.column_of(&list.rows.fields()[field]);
        self.result.problems.push(match column {
            Some(column) => problem.in_column(column),
            None => problem,
        });
    }
}
