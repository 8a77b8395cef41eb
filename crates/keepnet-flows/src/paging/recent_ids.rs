//! The ids of the latest rows of a search, to drop a row that comes again.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

/// A row shifts by as many rows as were added before it, so a duplicate follows the original closely.
const KEPT: usize = 10_000;

/// The ids of the latest rows, some 100 bytes each.
pub(super) struct RecentIds {
    known: HashSet<Arc<str>>,
    order: VecDeque<Arc<str>>,
    most: usize,
}

impl RecentIds {
    /// Keeps the ids of two pages of this size, and at least [`KEPT`].
    pub(super) fn of_pages(size: u32) -> RecentIds {
        let two_pages = usize::try_from(size).unwrap_or(KEPT).saturating_mul(2);
        RecentIds {
            known: HashSet::new(),
            order: VecDeque::new(),
            most: two_pages.max(KEPT),
        }
    }

    /// Adds an id; returns whether it is new. A row without an id counts as new, because it cannot be
    /// compared.
    pub(super) fn insert(&mut self, id: &str) -> bool {
        if id.is_empty() {
            return true;
        }
        if self.known.contains(id) {
            return false;
        }
        if self.order.len() == self.most
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        let id: Arc<str> = id.into();
        self.known.insert(Arc::clone(&id));
        self.order.push_back(id);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_latest_ids_are_kept() {
        let mut recent = RecentIds::of_pages(1);
        for number in 0..=KEPT {
            assert!(recent.insert(&number.to_string()));
        }
        let mut check = |id: &str, is_new: bool| assert_eq!(recent.insert(id), is_new, "{id:?}");
        check("10000", false);
        check("1", false);
        check("0", true);
        check("1", true);
        check("", true);
        check("", true);
        assert_eq!(recent.known.len(), KEPT);
        assert_eq!(RecentIds::of_pages(99_999).most, 199_998);
    }

    #[test]
    fn ids_of_any_length_are_distinguished() {
        let mut recent = RecentIds::of_pages(1);
        let guid = "0b1e5c3a-8f6d-4c55-9f0e-6f6d2f1d7a10";
        let ids = [
            "a",
            "a\0",
            "a\0\0",
            "b",
            "fifteen letters",
            "sixteen letters!",
            guid,
        ];
        for is_new in [true, false] {
            for id in ids {
                assert_eq!(recent.insert(id), is_new, "{id:?}");
            }
        }
    }
}
