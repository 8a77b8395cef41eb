//! A place in a listing, as the text of a resume token.

use std::fmt;

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
    /// How many rows of this search came again before the position.
    pub(super) duplicates: u64,
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
        let position = Position::read(token).filter(|it| it.page > 0 && it.size > 0);
        match position.ok_or("this is not the token of a list")? {
            position if position.digest == digest => Ok(position),
            _ => Err("the token belongs to another list"),
        }
    }

    fn read(token: &str) -> Option<Position> {
        let fields: Vec<&str> = token.trim().split('-').collect();
        let [VERSION, place, total, finished, hash] = *fields else {
            return None;
        };
        let place: Option<Vec<u64>> = place.split('.').map(|it| it.parse().ok()).collect();
        let (search, page, skip, size, duplicates) = match *place? {
            [search, page, skip, size] => (search, page, skip, size, 0),
            [search, page, skip, size, duplicates] => (search, page, skip, size, duplicates),
            _ => return None,
        };
        Some(Position {
            search: search.try_into().ok()?,
            page: page.try_into().ok()?,
            skip,
            size: size.try_into().ok()?,
            duplicates,
            total: match total {
                "" => None,
                total => Some(total.parse().ok()?),
            },
            finished: finished.parse().ok()?,
            digest: u64::from_str_radix(hash, 16).ok()?,
        })
    }

    /// How many rows are before the page.
    pub(super) fn rows_before(&self) -> u64 {
        u64::from(self.page - 1) * u64::from(self.size)
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
        let total = self.total.map(|total| total.to_string());
        let total = total.unwrap_or_default();
        write!(f, "{VERSION}-{}.{}.", self.search, self.page)?;
        write!(f, "{}.{}", self.skip, self.size)?;
        if self.duplicates > 0 {
            write!(f, ".{}", self.duplicates)?;
        }
        write!(f, "-{total}-{}-{:016x}", self.finished, self.digest)
    }
}

/// The FNV-1a hash of the texts, which is the same in every process.
pub(crate) fn digest<'a>(texts: impl IntoIterator<Item = &'a [u8]>) -> u64 {
    let with_end = |text: &'a [u8]| text.iter().chain(&[0xff]);
    let bytes = texts.into_iter().flat_map(with_end);
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
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
            duplicates: 0,
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
        let with_duplicates = Position {
            duplicates: 3,
            ..place.clone()
        };
        let text = with_duplicates.to_string();
        assert_eq!(text, "a-1.7.12.100.3-1500-20-8f42f501c7877127");
        check(&text, place.digest, Ok(&with_duplicates));
        check(&token, 7, Err("the token belongs to another list"));
        let unreadable = Err("this is not the token of a list");
        for bad in [
            "",
            "a-1.7.12.100-1500-20",
            "b-1.7.12.100-1500-20-07",
            "a-1.7.12-1500-20-07",
            "a-1.7.12.100.3.1-1500-20-07",
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
