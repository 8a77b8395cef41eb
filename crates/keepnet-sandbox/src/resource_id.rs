//! The twelve-character ids of all records but companies, which have ids from the seed.

use std::fmt::{self, Write};
use std::str::FromStr;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const DIGITS: usize = 12;
/// Odd, so that the multiplication has an inverse and no two numbers share an id.
const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
/// The multiplicative inverse of [`FACTOR`] modulo 2^64.
const INVERSE: u64 = 0xF1DE_83E1_9937_733D;
const _: () = assert!(FACTOR.wrapping_mul(INVERSE) == 1);
const OFFSET: u64 = 0x5851_F42D_4C95_7F2D;

/// A number that is written as twelve mixed-case letters and digits. Ids are generated in ascending
/// order, and the number can be computed from the text, so no table of ids is needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ResourceId(u64);

impl ResourceId {
    /// The id `steps` after this one.
    pub(crate) fn plus(self, steps: usize) -> Self {
        Self(self.0 + steps as u64)
    }

    /// How many steps this id is after `first`; `None` if it is before it.
    pub(crate) fn steps_since(self, first: Self) -> Option<usize> {
        usize::try_from(self.0.checked_sub(first.0)?).ok()
    }

    fn check_digit(self) -> u8 {
        ALPHABET[(self.0.wrapping_mul(37).wrapping_add(10) % 52 + 10) as usize]
    }
}

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0.wrapping_mul(FACTOR).wrapping_add(OFFSET);
        let mut text = [0u8; DIGITS];
        text[0] = self.check_digit();
        for digit in text[1..].iter_mut().rev() {
            *digit = ALPHABET[(rest % 62) as usize];
            rest /= 62;
        }
        text.iter()
            .try_for_each(|&digit| f.write_char(char::from(digit)))
    }
}

impl FromStr for ResourceId {
    type Err = InvalidResourceId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).ok_or(InvalidResourceId)
    }
}

/// The error for a text that is not written like an id.
#[derive(Debug)]
pub(crate) struct InvalidResourceId;

fn parse(text: &str) -> Option<ResourceId> {
    let (check_digit, digits) = text.as_bytes().split_first()?;
    if digits.len() != DIGITS - 1 {
        return None;
    }
    let number = digits.iter().try_fold(0u64, |number, digit| {
        let value = ALPHABET.iter().position(|letter| letter == digit)?;
        number.checked_mul(62)?.checked_add(value as u64)
    })?;
    let id = ResourceId(number.wrapping_sub(OFFSET).wrapping_mul(INVERSE));
    (id.check_digit() == *check_digit).then_some(id)
}

/// Generates ids in ascending order.
#[derive(Clone, Debug, Default)]
pub(crate) struct IdGenerator {
    next: u64,
}

impl IdGenerator {
    pub(crate) fn next(&mut self) -> ResourceId {
        self.block(1)
    }

    /// Reserves `count` consecutive ids and returns the first.
    pub(crate) fn block(&mut self, count: usize) -> ResourceId {
        let first = ResourceId(self.next);
        self.next += count as u64;
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_is_the_same_after_writing_and_parsing() {
        for number in [0, 1, 2, 61, 62, 1_000_000, u64::from(u32::MAX) * 977] {
            let text = ResourceId(number).to_string();
            assert_eq!(text.len(), DIGITS, "{text}");
            assert_eq!(
                text.parse::<ResourceId>().ok(),
                Some(ResourceId(number)),
                "{text}"
            );
        }
    }

    #[test]
    fn id_in_wrong_case_or_length_is_rejected() {
        let text = ResourceId(7).to_string();
        for wrong in [
            "",
            "short",
            "a/b",
            &text[1..],
            &text.to_lowercase(),
            &format!("{text}x"),
        ] {
            assert!(wrong.parse::<ResourceId>().is_err(), "{wrong}");
        }
    }
}
