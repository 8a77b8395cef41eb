//! Users of a seed who are generated from their number.

use jiff::{SignedDuration, Timestamp};

use super::user::User;
use crate::resource_id::ResourceId;

/// Consecutive generated users of one company.
#[derive(Clone, Debug)]
pub(crate) struct MadeUpUsers {
    first: ResourceId,
    count: usize,
    domain: Box<str>,
    created: Timestamp,
    /// The time between the creation of two users.
    step: SignedDuration,
}

impl MadeUpUsers {
    /// Users whose ids start with `first`, and who are created at equal distances in this time.
    pub(crate) fn new(
        first: ResourceId,
        count: usize,
        domain: &str,
        created: Timestamp,
        now: Timestamp,
    ) -> Self {
        let span = now.duration_since(created).max(SignedDuration::ZERO);
        Self {
            first,
            count,
            domain: domain.into(),
            created,
            step: span / i32::try_from(count.max(1)).unwrap_or(i32::MAX),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = User> {
        let mut created = self.created;
        (0..self.count).map(move |number| {
            let id = self.first.plus(number);
            let user = User::generate(id, number, &self.domain, created);
            created += self.step;
            user
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// The domain of their e-mail addresses.
    pub(crate) fn domain(&self) -> &str {
        &self.domain
    }

    /// How many of them are active.
    pub(crate) fn active(&self) -> usize {
        self.count - self.count / User::INACTIVE_IS_ONE_OF
    }

    /// How many of them were created before this time.
    pub(crate) fn created_before(&self, time: Timestamp) -> usize {
        let passed = time.duration_since(self.created);
        if !passed.is_positive() {
            return 0;
        }
        match self.step.as_nanos() {
            0 => self.count,
            step => {
                let passed = usize::try_from((passed.as_nanos() - 1) / step + 1);
                passed.unwrap_or(usize::MAX).min(self.count)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_those_of_the_generated_users() {
        let created: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let now: Timestamp = "2026-01-11T00:00:00Z".parse().unwrap();
        for count in [0, 1, 19, 20, 41, 1000] {
            let users = MadeUpUsers::new(ResourceId::default(), count, "one.example", created, now);
            let all: Vec<User> = users.iter().collect();
            assert_eq!((users.len(), all.len()), (count, count));
            let active = all.iter().filter(|user| user.active).count();
            assert_eq!(users.active(), active, "{count}");
            for hours in [-1, 0, 1, 24, 100, 239, 240, 1000] {
                let time = created + SignedDuration::from_hours(hours);
                let before = all.iter().filter(|user| user.created < time).count();
                assert_eq!(users.created_before(time), before, "{count} {hours}");
            }
        }
    }
}
