//! The target users of one company.

use std::collections::HashMap;
use std::ops::Index;

use jiff::Timestamp;

use super::user::User;
use crate::resource_id::ResourceId;

/// The position of a user among the users of its company; it never changes.
pub(crate) type UserIndex = u32;

/// The users in the order of their ids, which is the order of their creation.
#[derive(Clone, Debug, Default)]
pub(crate) struct People {
    users: Vec<User>,
    /// By e-mail address in lower case. A deleted user's address is free again, so it is not here.
    by_email: HashMap<Box<str>, UserIndex>,
    cached_search: Option<CachedSearch>,
    pub(crate) created: u64,
    pub(crate) updated: u64,
    pub(crate) deleted: u64,
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
    pub(crate) fn undeleted(self) -> usize {
        self.active + self.inactive
    }
}

impl People {
    pub(crate) fn len(&self) -> usize {
        self.users.len()
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, User> {
        self.users.iter()
    }

    /// The users with their positions.
    pub(crate) fn indexed(&self) -> impl Iterator<Item = (UserIndex, &User)> {
        (0..).zip(&self.users)
    }

    pub(crate) fn get(&self, index: UserIndex) -> Option<&User> {
        self.users.get(index as usize)
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

    pub(crate) fn reserve(&mut self, count: usize) {
        self.users.reserve(count);
        self.by_email.reserve(count);
    }

    /// Finds a user by id, deleted or not.
    pub(crate) fn find(&self, id: ResourceId) -> Option<UserIndex> {
        let index = self.users.binary_search_by_key(&id, |user| user.id).ok()?;
        Some(index as UserIndex)
    }

    /// Finds a user by id, if it is not deleted.
    pub(crate) fn find_undeleted(&self, id: ResourceId) -> Option<UserIndex> {
        self.find(id).filter(|&index| !self[index].deleted)
    }

    /// Finds the undeleted user with this e-mail address. The service ignores the case.
    pub(crate) fn find_email(&self, email: &str) -> Option<UserIndex> {
        self.by_email.get(email.to_lowercase().as_str()).copied()
    }

    /// Adds a user of the seed. Its id must be greater than all others.
    pub(crate) fn add_seeded(&mut self, user: User) -> UserIndex {
        self.clear_cached_search();
        let index = self.users.len() as UserIndex;
        if !user.deleted {
            self.by_email
                .insert(user.email.to_lowercase().into(), index);
        }
        self.users.push(user);
        index
    }

    pub(crate) fn create(&mut self, user: User) -> UserIndex {
        self.created += 1;
        self.add_seeded(user)
    }

    /// Changes a user, and the index of e-mail addresses with it.
    pub(crate) fn update(
        &mut self,
        index: UserIndex,
        now: Timestamp,
        change: impl FnOnce(&mut User),
    ) {
        self.clear_cached_search();
        let user = &mut self.users[index as usize];
        let before = user.email.to_lowercase();
        change(user);
        user.updated = Some(now);
        let after = user.email.to_lowercase();
        if before != after {
            self.by_email.remove(before.as_str());
            self.by_email.insert(after.into(), index);
        }
        self.updated += 1;
    }

    /// Marks a user as deleted. Deletion is soft: searches still list the user, but its e-mail
    /// address is free again.
    pub(crate) fn delete(&mut self, index: UserIndex, now: Timestamp) {
        self.clear_cached_search();
        let user = &mut self.users[index as usize];
        user.deleted = true;
        user.updated = Some(now);
        self.by_email.remove(user.email.to_lowercase().as_str());
        self.deleted += 1;
    }

    pub(crate) fn counts(&self) -> UserCounts {
        let mut counts = UserCounts::default();
        for user in &self.users {
            match (user.deleted, user.active) {
                (true, _) => counts.deleted += 1,
                (false, true) => counts.active += 1,
                (false, false) => counts.inactive += 1,
            }
        }
        counts
    }
}

impl Index<UserIndex> for People {
    type Output = User;

    fn index(&self, index: UserIndex) -> &User {
        &self.users[index as usize]
    }
}
