//! Which valid row has which e-mail address, without keeping the addresses.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher, RandomState};

use super::normalize_email;

/// The valid rows by a digest of their e-mail addresses, without regard to case.
///
/// A row costs 13 bytes and the room that a table keeps free, whatever the
/// length of its address. Two addresses share a digest of 64 bits in one of 37
/// million lists of a million people; the later row is then rejected as a
/// repetition of the earlier one, which is named, so that nobody is imported in
/// the place of another or left out unnoticed. The digests are keyed at random,
/// so that no list can be made to share them.
#[derive(Default)]
pub(super) struct Addresses {
    key: RandomState,
    rows: HashMap<Digest, u32, BuildHasherDefault<Taken>>,
}

impl Addresses {
    /// Gives `email` to `row`; the row that has it already is the error.
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

    pub(super) fn rows(&self) -> impl Iterator<Item = u32> {
        self.rows.values().copied()
    }

    fn digest(&self, email: &str) -> Digest {
        Digest::of(self.key.hash_one(&*normalize_email(email)))
    }
}

/// In halves, so that a row takes no more than what it holds.
#[derive(PartialEq, Eq)]
struct Digest([u32; 2]);

impl Digest {
    fn of(digest: u64) -> Digest {
        Digest([(digest >> 32) as u32, digest as u32])
    }
}

impl Hash for Digest {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(u64::from(self.0[0]) << 32 | u64::from(self.0[1]));
    }
}

/// A digest needs no further hashing.
#[derive(Default)]
struct Taken(u64);

impl Hasher for Taken {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, digest: u64) {
        self.0 = digest;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Addresses;

    #[test]
    fn an_address_belongs_to_the_first_row_that_claims_it() {
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
