//! The ids of the latest rows of a search, to drop a row that comes again.

use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasherDefault, Hash, Hasher};

/// A row shifts by as many rows as were added before it, so a duplicate follows the original closely.
const KEPT: usize = 10_000;

/// The ids of the latest rows, some 60 bytes each.
pub(super) struct RecentIds {
    known: HashSet<Id, BuildHasherDefault<Fnv>>,
    order: VecDeque<Id>,
    most: usize,
}

impl RecentIds {
    /// Keeps the ids of two pages of this size, and at least [`KEPT`].
    pub(super) fn of_pages(size: u32) -> RecentIds {
        let two_pages = usize::try_from(size).unwrap_or(KEPT).saturating_mul(2);
        RecentIds {
            known: HashSet::default(),
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
        let id = Id::of(id);
        if !self.known.insert(id.clone()) {
            return false;
        }
        if self.order.len() == self.most
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        self.order.push_back(id);
        true
    }
}

/// An id. Those of the service have 12 letters and need no allocation.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Id {
    /// Padded with zeros.
    Short([u8; Id::SHORT]),
    Long(Box<str>),
}

impl Id {
    const SHORT: usize = 15;

    fn of(text: &str) -> Id {
        let mut short = [0; Id::SHORT];
        match short.get_mut(..text.len()) {
            Some(place) if !text.contains('\0') => {
                place.copy_from_slice(text.as_bytes());
                Id::Short(short)
            }
            _ => Id::Long(text.into()),
        }
    }
}

/// FNV-1a, which is fast for short ids. So few are kept that collisions do no harm.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Fnv {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
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
