//! The target users of one company.

use std::collections::{BTreeSet, HashMap};
use std::ops::Index;
use std::sync::OnceLock;

use jiff::Timestamp;

use super::made_up::MadeUpUsers;
use super::user::User;
use crate::resource_id::ResourceId;

/// The position of a user among the users of its company; it never changes.
pub(crate) type UserIndex = u32;

/// The users of a company. Users who are only made up are generated when one of them is needed, so that
/// a thousand companies start at once.
#[derive(Clone, Debug, Default)]
pub(crate) struct People {
    records: Option<Records>,
    made_up: Option<MadeUpUsers>,
    /// The records of the made-up users, once they were read.
    generated: OnceLock<Records>,
    cached_search: Option<CachedSearch>,
    pub(crate) created: u64,
    pub(crate) updated: u64,
    pub(crate) deleted: u64,
}

/// The users in the order of their ids, which is the order of their creation.
#[derive(Clone, Debug, Default)]
struct Records {
    users: Vec<User>,
    /// By e-mail address in lower case. A deleted user's address is free again, so it is not here.
    by_email: HashMap<Box<str>, UserIndex>,
    counts: UserCounts,
}

/// The result of the last search, kept until a user changes: the pages of a long listing repeat the
/// same search a hundred times.
#[derive(Clone, Debug)]
struct CachedSearch {
    criteria: String,
    found: Vec<UserIndex>,
}

/// The number of users in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct UserCounts {
    pub(crate) active: usize,
    pub(crate) inactive: usize,
    pub(crate) deleted: usize,
}

impl UserCounts {
    fn of(&mut self, user: &User) -> &mut usize {
        match (user.deleted, user.active) {
            (true, _) => &mut self.deleted,
            (false, true) => &mut self.active,
            (false, false) => &mut self.inactive,
        }
    }

    pub(crate) fn undeleted(self) -> usize {
        self.active + self.inactive
    }
}

impl Records {
    fn generate(users: &MadeUpUsers) -> Self {
        let mut records = Self::default();
        records.users.reserve(users.len());
        records.by_email.reserve(users.len());
        for user in users.iter() {
            records.add(user);
        }
        records
    }

    fn add(&mut self, user: User) -> UserIndex {
        let index = self.users.len() as UserIndex;
        if !user.deleted {
            self.by_email
                .insert(user.email.to_lowercase().into(), index);
        }
        *self.counts.of(&user) += 1;
        self.users.push(user);
        index
    }

    /// Changes a user, and with it the counts and the index of e-mail addresses.
    fn update(&mut self, index: UserIndex, now: Timestamp, change: impl FnOnce(&mut User)) {
        let user = &mut self.users[index as usize];
        let (before, was_deleted) = (user.email.to_lowercase(), user.deleted);
        *self.counts.of(user) -= 1;
        change(user);
        *self.counts.of(user) += 1;
        user.updated = Some(now);
        let after = user.email.to_lowercase();
        if was_deleted {
            // The address may belong to another user now.
        } else if user.deleted || before != after {
            self.by_email.remove(before.as_str());
        }
        if !user.deleted {
            self.by_email.insert(after.into(), index);
        }
    }
}

impl People {
    /// People of whom nobody is generated yet.
    pub(crate) fn made_up(users: MadeUpUsers) -> Self {
        Self {
            made_up: Some(users),
            ..Self::default()
        }
    }

    fn records(&self) -> &Records {
        let generate = || self.made_up.as_ref().map(Records::generate);
        match &self.records {
            Some(records) => records,
            None => self
                .generated
                .get_or_init(|| generate().unwrap_or_default()),
        }
    }

    fn records_mut(&mut self) -> &mut Records {
        let (generated, made_up) = (&mut self.generated, &self.made_up);
        self.records.get_or_insert_with(|| {
            let generate = || made_up.as_ref().map(Records::generate);
            generated.take().or_else(generate).unwrap_or_default()
        })
    }

    /// The made-up users, as long as no record of them exists.
    fn not_generated(&self) -> Option<&MadeUpUsers> {
        let is_generated = self.records.is_some() || self.generated.get().is_some();
        self.made_up.as_ref().filter(|_| !is_generated)
    }

    pub(crate) fn len(&self) -> usize {
        let counts = self.counts();
        counts.undeleted() + counts.deleted
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, User> {
        self.records().users.iter()
    }

    /// The users with their positions.
    pub(crate) fn indexed(&self) -> impl Iterator<Item = (UserIndex, &User)> {
        (0..).zip(&self.records().users)
    }

    pub(crate) fn get(&self, index: UserIndex) -> Option<&User> {
        self.records().users.get(index as usize)
    }

    /// The domains of the e-mail addresses of all users who are not deleted, in lower case.
    pub(crate) fn domains(&self) -> BTreeSet<String> {
        let domain_of = |user: &User| {
            let (_, domain) = user.email.rsplit_once('@')?;
            Some(domain.to_lowercase())
        };
        match self.not_generated() {
            Some(users) if users.len() == 0 => BTreeSet::new(),
            Some(users) => BTreeSet::from([users.domain().to_owned()]),
            None => {
                let users = self.iter().filter(|user| !user.deleted);
                users.filter_map(domain_of).collect()
            }
        }
    }

    /// How many users were created in this time, whatever their state is now.
    pub(crate) fn count_created(&self, from: Timestamp, to: Timestamp) -> usize {
        match self.not_generated() {
            Some(users) => users.created_before(to) - users.created_before(from),
            None => {
                let is_counted = |user: &&User| (from..to).contains(&user.created);
                self.iter().filter(is_counted).count()
            }
        }
    }

    /// How many users existed in this time.
    pub(crate) fn count_existing(&self, from: Timestamp, to: Timestamp) -> usize {
        match self.not_generated() {
            Some(users) => users.created_before(to),
            None => {
                let is_counted = |user: &&User| {
                    let deleted_before = user.deleted && user.updated.is_none_or(|at| at < from);
                    user.created < to && !deleted_before
                };
                self.iter().filter(is_counted).count()
            }
        }
    }

    /// The users that `search` finds. The result is reused for the same criteria.
    pub(crate) fn cached_search(
        &mut self,
        criteria: String,
        search: impl FnOnce(&Self) -> Vec<UserIndex>,
    ) -> &[UserIndex] {
        let cached = self.cached_search.take();
        let cached = cached.filter(|cached| cached.criteria == criteria);
        let cached = cached.unwrap_or_else(|| CachedSearch {
            found: search(self),
            criteria,
        });
        &self.cached_search.insert(cached).found
    }

    /// Discards the cached search, because the same criteria may find other users from now on.
    pub(crate) fn clear_cached_search(&mut self) {
        self.cached_search = None;
    }

    /// Finds a user by id, deleted or not.
    pub(crate) fn find(&self, id: ResourceId) -> Option<UserIndex> {
        let index = self
            .records()
            .users
            .binary_search_by_key(&id, |user| user.id)
            .ok()?;
        Some(index as UserIndex)
    }

    /// Finds a user by id, if it is not deleted.
    pub(crate) fn find_undeleted(&self, id: ResourceId) -> Option<UserIndex> {
        self.find(id).filter(|&index| !self[index].deleted)
    }

    /// Finds the user with this e-mail address who was deleted last.
    pub(crate) fn find_deleted(&self, email: &str) -> Option<UserIndex> {
        let email = email.to_lowercase();
        let is_wanted = |user: &User| user.deleted && user.email.to_lowercase() == email;
        let found = self.iter().rposition(is_wanted)?;
        Some(found as UserIndex)
    }

    /// Finds the undeleted user with this e-mail address. The service ignores the case.
    pub(crate) fn find_email(&self, email: &str) -> Option<UserIndex> {
        self.records()
            .by_email
            .get(email.to_lowercase().as_str())
            .copied()
    }

    /// Adds a user of the seed. Its id must be greater than all others.
    pub(crate) fn add_seeded(&mut self, user: User) -> UserIndex {
        self.clear_cached_search();
        self.records_mut().add(user)
    }

    pub(crate) fn create(&mut self, user: User) -> UserIndex {
        self.created += 1;
        self.add_seeded(user)
    }

    pub(crate) fn update(
        &mut self,
        index: UserIndex,
        now: Timestamp,
        change: impl FnOnce(&mut User),
    ) {
        self.clear_cached_search();
        self.records_mut().update(index, now, change);
        self.updated += 1;
    }

    /// Marks a user as deleted. Deletion is soft: searches still list the user, but its e-mail
    /// address is free again.
    pub(crate) fn delete(&mut self, index: UserIndex, now: Timestamp) {
        self.clear_cached_search();
        self.records_mut()
            .update(index, now, |user| user.deleted = true);
        self.deleted += 1;
    }

    pub(crate) fn counts(&self) -> UserCounts {
        match self.not_generated() {
            Some(users) => UserCounts {
                active: users.active(),
                inactive: users.len() - users.active(),
                deleted: 0,
            },
            None => self.records().counts,
        }
    }
}

impl Index<UserIndex> for People {
    type Output = User;

    fn index(&self, index: UserIndex) -> &User {
        &self.records().users[index as usize]
    }
}
