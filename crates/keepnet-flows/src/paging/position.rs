//! A place in a listing, as the text of a resume token.

use std::fmt;
use std::hash::Hasher as _;

use super::recent_ids::Fnv;

/// The version of the token format, as its first letter.
const VERSION: &str = "a";

/// A position in a listing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Position {
    /// The search, counted from 0.
    pub(super) search: u32,
    /// The page, counted from 1.
    pub(super) page: u32,
    /// How many rows of the page were returned already.
    pub(super) skip: u64,
    /// The page size.
    pub(super) size: u32,
    /// How many rows the service counts in this search.
    pub(super) total: Option<u64>,
    /// How many rows the service counted in the earlier searches.
    pub(super) finished: u64,
    /// Identifies the conditions, so that a token does not continue another listing.
    pub(super) digest: u64,
}

impl Position {
    pub(super) fn start(size: u32, digest: u64) -> Position {
        Position {
            page: 1,
            size,
            digest,
            ..Position::default()
        }
    }

    /// Parses a token of a listing with this digest.
    ///
    /// # Errors
    ///
    /// What is wrong with the token.
    pub(super) fn parse(token: &str, digest: u64) -> Result<Position, &'static str> {
        let unreadable = "this is no token of a listing";
        let fields: Vec<&str> = token.trim().split('-').collect();
        let [VERSION, place, total, finished, hash] = fields.as_slice() else {
            return Err(unreadable);
        };
        let numbers: Option<Vec<u64>> = place.split('.').map(|it| it.parse().ok()).collect();
        let Some([search, page, skip, size]) = numbers.as_deref() else {
            return Err(unreadable);
        };
        let small = |number: &u64| u32::try_from(*number).map_err(|_| unreadable);
        let position = Position {
            search: small(search)?,
            page: small(page)?,
            skip: *skip,
            size: small(size)?,
            total: match *total {
                "" => None,
                total => Some(total.parse().map_err(|_| unreadable)?),
            },
            finished: finished.parse().map_err(|_| unreadable)?,
            digest: u64::from_str_radix(hash, 16).map_err(|_| unreadable)?,
        };
        match position.digest == digest {
            _ if position.page == 0 || position.size == 0 => Err(unreadable),
            true => Ok(position),
            false => Err("the token is of another listing"),
        }
    }

    pub(super) fn next_search(&self) -> Position {
        Position {
            search: self.search + 1,
            finished: self.finished + self.total.unwrap_or_default(),
            ..Position::start(self.size, self.digest)
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position {
            search,
            page,
            skip,
            size,
            total,
            finished,
            digest,
        } = self;
        let total = total.map(|total| total.to_string()).unwrap_or_default();
        write!(
            f,
            "{VERSION}-{search}.{page}.{skip}.{size}-{total}-{finished}-{digest:016x}"
        )
    }
}

/// A hash of the texts, the same in every process.
pub(crate) fn digest<'a>(texts: impl IntoIterator<Item = &'a [u8]>) -> u64 {
    let mut digest = Fnv::default();
    for text in texts {
        digest.write(text);
        digest.write(&[0xff]);
    }
    digest.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_has_the_position_and_rejects_other_queries() {
        let place = Position {
            search: 1,
            page: 7,
            skip: 12,
            size: 100,
            total: Some(1500),
            finished: 20,
            digest: digest([b"acme".as_slice(), b"filter"]),
        };
        let token = place.to_string();
        assert_eq!(token, "a-1.7.12.100-1500-20-8f42f501c7877127");
        let check = |token: &str, digest: u64, expected: Result<&Position, &str>| {
            let parsed = Position::parse(token, digest);
            assert_eq!(
                parsed.as_ref().map_err(|problem| *problem),
                expected,
                "{token}"
            );
        };
        check(&token, place.digest, Ok(&place));
        let start = Position::start(1000, 7);
        check(&format!(" {start}\n"), 7, Ok(&start));
        check(&token, 7, Err("the token is of another listing"));
        let unreadable = Err("this is no token of a listing");
        for bad in [
            "",
            "a-1.7.12.100-1500-20",
            "b-1.7.12.100-1500-20-07",
            "a-1.7.12-1500-20-07",
            "a-1.0.12.100-1500-20-07",
            "a-1.7.12.0-1500-20-07",
            "a-1.7.12.100-x-20-07",
            "a-1.4294967296.12.100-1500-20-07",
        ] {
            check(bad, 7, unreadable);
        }
    }

    #[test]
    fn digest_depends_on_texts_and_their_borders() {
        let ab = digest([b"a".as_slice(), b"b"]);
        assert_ne!(ab, digest([b"ab".as_slice()]));
        assert_ne!(ab, digest([b"b".as_slice(), b"a"]));
        assert_eq!(ab, digest([b"a".as_slice(), b"b"]));
    }
}
