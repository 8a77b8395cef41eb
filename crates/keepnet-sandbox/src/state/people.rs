//! The target users of one company.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Index;

use jiff::Timestamp;

use crate::reference::{Language, TimeZone};
use crate::resource_id::ResourceId;

/// A text of a user; borrowed where it comes from a fixed list, so that a million made-up users
/// stay small.
pub(crate) type Text = Cow<'static, str>;

#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) id: ResourceId,
    pub(crate) email: Box<str>,
    pub(crate) first_name: Text,
    pub(crate) last_name: Text,
    pub(crate) department: Text,
    pub(crate) phone_number: Text,
    pub(crate) priority: Priority,
    pub(crate) time_zone: Option<&'static TimeZone>,
    pub(crate) language: Option<&'static Language>,
    pub(crate) active: bool,
    pub(crate) deleted: bool,
    /// An identity provider owns the user: no edits, no deletion.
    pub(crate) scim: bool,
    pub(crate) created: Timestamp,
    pub(crate) updated: Option<Timestamp>,
    pub(crate) manager: Option<Box<Manager>>,
    pub(crate) custom_values: Vec<(ResourceId, Box<str>)>,
}

impl User {
    pub(crate) fn new(id: ResourceId, email: &str, created: Timestamp) -> Self {
        Self {
            id,
            email: email.into(),
            first_name: Text::default(),
            last_name: Text::default(),
            department: Text::default(),
            phone_number: Text::default(),
            priority: Priority::Medium,
            time_zone: None,
            language: None,
            active: true,
            deleted: false,
            scim: false,
            created,
            updated: None,
            manager: None,
            custom_values: Vec::new(),
        }
    }

    pub(crate) fn custom_value(&self, field: ResourceId) -> Option<&str> {
        self.custom_values
            .iter()
            .find(|(id, _)| *id == field)
            .map(|(_, value)| value.as_ref())
    }

    /// An empty value takes the field away.
    pub(crate) fn set_custom_value(&mut self, field: ResourceId, value: &str) {
        self.custom_values.retain(|(id, _)| *id != field);
        if !value.is_empty() {
            self.custom_values.push((field, value.into()));
        }
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Manager {
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email: String,
}

impl Manager {
    pub(crate) fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
            .trim()
            .to_owned()
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Priority {
    VeryLow = 1,
    Low,
    #[default]
    Medium,
    High,
    VeryHigh,
}

impl Priority {
    const ALL: [Self; 5] = [
        Self::VeryLow,
        Self::Low,
        Self::Medium,
        Self::High,
        Self::VeryHigh,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::VeryLow => "VeryLow",
            Self::Low => "Low",
            Self::Medium => "Medium",
            Self::High => "High",
            Self::VeryHigh => "VeryHigh",
        }
    }

    /// By name, without regard to case and spaces: files say both `VeryHigh` and `Very High`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let name: String = text.split_whitespace().collect();
        Self::ALL
            .into_iter()
            .find(|priority| priority.name().eq_ignore_ascii_case(&name))
    }
}

/// How many users are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) active: usize,
    pub(crate) inactive: usize,
    pub(crate) deleted: usize,
}

/// What the last search found, kept until somebody changes: the pages of a long listing ask for the
/// same a hundred times.
#[derive(Debug)]
struct Listing {
    criteria: String,
    places: Vec<u32>,
}

/// Users in the order of their ids, which is the order of their creation.
#[derive(Debug, Default)]
pub(crate) struct People {
    users: Vec<User>,
    /// By address in lower case; the addresses of deleted users are free again.
    by_email: HashMap<Box<str>, u32>,
    listing: Option<Listing>,
    pub(crate) created: u64,
    pub(crate) updated: u64,
    pub(crate) deleted: u64,
}

impl People {
    pub(crate) fn len(&self) -> usize {
        self.users.len()
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, User> {
        self.users.iter()
    }

    pub(crate) fn get(&self, place: usize) -> Option<&User> {
        self.users.get(place)
    }

    /// Where the users are that `select` finds; it is asked once for the same criteria.
    pub(crate) fn listed(
        &mut self,
        criteria: String,
        select: impl FnOnce(&People) -> Vec<u32>,
    ) -> &[u32] {
        let known = self.listing.take().filter(|kept| kept.criteria == criteria);
        let listing = known.unwrap_or_else(|| Listing {
            criteria,
            places: select(self),
        });
        &self.listing.insert(listing).places
    }

    pub(crate) fn reserve(&mut self, count: usize) {
        self.users.reserve(count);
        self.by_email.reserve(count);
    }

    /// Where the user with this id is.
    pub(crate) fn find(&self, id: ResourceId) -> Option<usize> {
        self.users.binary_search_by_key(&id, |user| user.id).ok()
    }

    /// Where the undeleted user with this address is; the service compares addresses without regard
    /// to case.
    pub(crate) fn find_email(&self, email: &str) -> Option<usize> {
        self.by_email
            .get(email.to_lowercase().as_str())
            .map(|&index| index as usize)
    }

    /// Adds a user that is part of the seed, whose id lies behind all others.
    pub(crate) fn seed(&mut self, user: User) -> usize {
        self.listing = None;
        let index = self.users.len();
        if !user.deleted {
            self.by_email
                .insert(user.email.to_lowercase().into(), index as u32);
        }
        self.users.push(user);
        index
    }

    pub(crate) fn create(&mut self, user: User) -> usize {
        self.created += 1;
        self.seed(user)
    }

    /// Changes a user; the address index follows.
    pub(crate) fn update(&mut self, index: usize, now: Timestamp, change: impl FnOnce(&mut User)) {
        self.listing = None;
        let user = &mut self.users[index];
        let before = user.email.to_lowercase();
        change(user);
        user.updated = Some(now);
        let after = user.email.to_lowercase();
        if before != after {
            self.by_email.remove(before.as_str());
            self.by_email.insert(after.into(), index as u32);
        }
        self.updated += 1;
    }

    /// Marks a user as deleted: still listed, but its address is free again.
    pub(crate) fn delete(&mut self, index: usize, now: Timestamp) {
        self.listing = None;
        let user = &mut self.users[index];
        user.deleted = true;
        user.updated = Some(now);
        self.by_email.remove(user.email.to_lowercase().as_str());
        self.deleted += 1;
    }

    pub(crate) fn counts(&self) -> Counts {
        self.users
            .iter()
            .fold(Counts::default(), |mut counts, user| {
                match (user.deleted, user.active) {
                    (true, _) => counts.deleted += 1,
                    (false, true) => counts.active += 1,
                    (false, false) => counts.inactive += 1,
                }
                counts
            })
    }
}

impl Index<usize> for People {
    type Output = User;

    fn index(&self, index: usize) -> &User {
        &self.users[index]
    }
}
