//! A company with its users, groups and custom fields.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::license::License;
use super::people::{People, UserIndex};
use super::user::{Directory, Priority};
use crate::resource_id::ResourceId;

/// The position of a company in the list of companies.
pub(crate) type CompanyIndex = usize;

#[derive(Clone, Debug)]
pub(crate) struct Company {
    pub(crate) id: String,
    /// The numeric id in tokens and jobs.
    pub(crate) number: usize,
    pub(crate) name: String,
    /// The reseller that manages the company; a reseller has none.
    pub(crate) parent: Option<CompanyIndex>,
    pub(crate) license: License,
    pub(crate) tags: Vec<String>,
    /// Whether and how long a reseller may enter: 0 never, 1 always, 2 to 5 for a time. The sandbox
    /// does not count the time.
    pub(crate) privacy: u8,
    /// The monthly figure where the seed gives it, by month such as `2026-11`.
    pub(crate) monthly_users: BTreeMap<String, u64>,
    pub(crate) created: Timestamp,
    /// The domains to whose users the service sends mail, in lower case.
    pub(crate) verified_domains: BTreeSet<String>,
    pub(crate) custom_fields: Vec<CustomField>,
    pub(crate) groups: Vec<Group>,
    pub(crate) people: People,
}

impl Company {
    /// Only active users count towards the licence.
    pub(crate) fn exceeds_license(&self) -> bool {
        self.license
            .limit
            .is_some_and(|limit| self.people.counts().active > limit as usize)
    }

    /// Whether the licence covers `more` active users than there are.
    pub(crate) fn has_seats_for(&self, more: usize) -> bool {
        let active = self.people.counts().active + more;
        self.license
            .limit
            .is_none_or(|limit| active <= limit as usize)
    }

    pub(crate) fn group(&self, id: ResourceId) -> Option<&Group> {
        self.groups.iter().find(|group| group.id == id)
    }

    pub(crate) fn group_mut(&mut self, id: ResourceId) -> Option<&mut Group> {
        self.groups.iter_mut().find(|group| group.id == id)
    }

    /// Finds a custom field by its name, in any case.
    pub(crate) fn custom_field_by_name(&self, name: &str) -> Option<&CustomField> {
        let name = name.to_lowercase();
        self.custom_fields
            .iter()
            .find(|field| field.name.to_lowercase() == name)
    }

    pub(crate) fn custom_field(&self, id: ResourceId) -> Option<&CustomField> {
        self.custom_fields.iter().find(|field| field.id == id)
    }

    /// Deletes a user, who leaves all groups.
    pub(crate) fn delete_user(&mut self, user: UserIndex, now: Timestamp) {
        self.people.delete(user, now);
        for group in &mut self.groups {
            group.members.remove(&user);
        }
    }

    pub(crate) fn add_to_groups(&mut self, user: UserIndex, groups: &[ResourceId]) {
        for group in &mut self.groups {
            if groups.contains(&group.id) {
                group.members.insert(user);
            }
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct CustomField {
    pub(crate) id: ResourceId,
    pub(crate) name: String,
    pub(crate) data_type: String,
    pub(crate) required: bool,
    pub(crate) active: bool,
    /// The position in forms; `None` for the position in the list.
    pub(crate) sort_order: Option<i64>,
}

#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) id: ResourceId,
    pub(crate) name: String,
    pub(crate) priority: Priority,
    pub(crate) created: Timestamp,
    pub(crate) members: BTreeSet<UserIndex>,
    /// The directory that fills the group, to which nothing else can add users.
    pub(crate) directory: Option<Directory>,
}
