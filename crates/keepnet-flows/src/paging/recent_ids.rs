//! The ids of the latest rows of a search, to drop a row that comes again.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hash, Hasher};

/// A row shifts by as many rows as were added before it, so a duplicate follows the original closely.
const KEPT: usize = 10_000;

/// The ids of the latest rows, some 30 bytes each: of so many at least, and of twice as many at most.
pub(super) struct RecentIds {
    latest: IdSet,
    /// Those that were the latest before.
    earlier: IdSet,
    most: usize,
}

type IdSet = HashSet<Id, BuildHasherDefault<IdHasher>>;

impl RecentIds {
    /// Keeps the ids of two pages of this size, and at least [`KEPT`].
    pub(super) fn of_pages(size: u32) -> RecentIds {
        let two_pages = usize::try_from(size).unwrap_or(KEPT).saturating_mul(2);
        RecentIds {
            latest: IdSet::default(),
            earlier: IdSet::default(),
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
        if self.earlier.contains(&id) || !self.latest.insert(id) {
            return false;
        }
        // To forget many at once takes less than to forget the oldest one each time.
        if self.latest.len() == self.most {
            std::mem::swap(&mut self.latest, &mut self.earlier);
            self.latest.clear();
        }
        true
    }
}

/// An id. Those of the service have 12 letters and need no allocation.
#[derive(PartialEq, Eq, Hash)]
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

/// One multiplication for every eight bytes. So few ids are kept that collisions do no harm.
#[derive(Default)]
struct IdHasher(u64);

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..part.len()].copy_from_slice(part);
            let mixed = self.0 ^ u64::from_le_bytes(word);
            // The golden ratio: the product's halves depend on all bits.
            let product = u128::from(mixed) * 0x9e37_79b9_7f4a_7c15;
            self.0 = (product as u64) ^ ((product >> 64) as u64);
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
        for number in 0..2 * KEPT {
            assert!(recent.insert(&number.to_string()));
        }
        let mut check = |id: &str, is_new: bool| assert_eq!(recent.insert(id), is_new, "{id:?}");
        check("19999", false);
        check("10000", false);
        check("9999", true);
        check("9999", false);
        check("", true);
        check("", true);
        assert_eq!((recent.earlier.len(), recent.latest.len()), (KEPT, 1));
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
