//! The valid rows by their e-mail addresses, without keeping the addresses.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::hash::{BuildHasher, RandomState};

use crate::email::normalize_email;

/// The valid rows by a digest of their e-mail addresses, without regard to case.
///
/// A row takes some 30 bytes, whatever the length of its address. A digest has 128 bits: two of a
/// million addresses share one with a probability of 1 to 10^27. The digests have a random key, so
/// that nobody can construct a list whose addresses share them.
#[derive(Default)]
pub(super) struct Addresses {
    key: RandomState,
    // A tree, because a hash map of a million rows doubles its memory while it grows.
    rows: BTreeMap<[u64; 2], u32>,
}

impl Addresses {
    /// Gives `email` to `row`; the error is the row that has it already.
    pub(super) fn claim(&mut self, email: &str, row: u32) -> Result<(), u32> {
        match self.rows.entry(self.digest(email)) {
            Entry::Occupied(first) => Err(*first.get()),
            Entry::Vacant(free) => {
                free.insert(row);
                Ok(())
            }
        }
    }

    pub(super) fn row_of(&self, email: &str) -> Option<u32> {
        self.rows.get(&self.digest(email)).copied()
    }

    /// The rows, in no order.
    pub(super) fn rows(&self) -> impl Iterator<Item = u32> {
        self.rows.values().copied()
    }

    fn digest(&self, email: &str) -> [u64; 2] {
        let email = normalize_email(email);
        [0_u8, 1].map(|half| self.key.hash_one((half, &email)))
    }
}

#[cfg(test)]
mod tests {
    use super::Addresses;

    #[test]
    fn an_address_belongs_to_its_first_row() {
        let mut addresses = Addresses::default();
        for row in 0..10_000_u32 {
            let email = format!("user{row}@globex.example");
            assert_eq!(addresses.claim(&email, row), Ok(()));
            assert_eq!(addresses.claim(&email.to_uppercase(), 7), Err(row));
            assert_eq!(addresses.row_of(&email), Some(row));
        }
        assert_eq!(addresses.row_of("nobody@globex.example"), None);
        assert_eq!(addresses.rows().count(), 10_000);
    }
}
