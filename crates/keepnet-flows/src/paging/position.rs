//! A place in a listing, as the text of a resume token.

use std::fmt;
use std::hash::Hasher as _;

use super::recent_ids::Fnv;

/// The form of a token; another one gets another letter.
const FORM: &str = "a";

/// A place in a listing, and what is listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Position {
    /// Which of the searches, from 0.
    pub(crate) search: u32,
    /// The page, from 1.
    pub(crate) page: u32,
    /// How many rows of it are done.
    pub(crate) skip: u64,
    pub(crate) size: u32,
    /// How many rows the service counted in this search.
    pub(crate) total: Option<u64>,
    /// How many it counted in those before.
    pub(crate) finished: u64,
    /// Of what is searched, so that a token does not continue another listing.
    pub(crate) digest: u64,
}

impl Position {
    pub(crate) fn start(size: u32, digest: u64) -> Position {
        Position {
            page: 1,
            size,
            digest,
            ..Position::default()
        }
    }

    /// Where a token goes on.
    ///
    /// # Errors
    ///
    /// What is wrong with the token.
    pub(crate) fn read(token: &str, digest: u64) -> Result<Position, &'static str> {
        let unreadable = "this is no token of a listing";
        let fields: Vec<&str> = token.trim().split('-').collect();
        let [FORM, place, total, finished, of] = fields.as_slice() else {
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
            digest: u64::from_str_radix(of, 16).map_err(|_| unreadable)?,
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
            "{FORM}-{search}.{page}.{skip}.{size}-{total}-{finished}-{digest:016x}"
        )
    }
}

/// A number that differs for other texts, the same in every process.
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
    fn a_token_tells_the_place_and_is_held_against_what_is_listed() {
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
            let read = Position::read(token, digest);
            assert_eq!(
                read.as_ref().map_err(|problem| *problem),
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
    fn a_digest_tells_texts_and_their_borders_apart() {
        let ab = digest([b"a".as_slice(), b"b"]);
        assert_ne!(ab, digest([b"ab".as_slice()]));
        assert_ne!(ab, digest([b"b".as_slice(), b"a"]));
        assert_eq!(ab, digest([b"a".as_slice(), b"b"]));
    }
}
