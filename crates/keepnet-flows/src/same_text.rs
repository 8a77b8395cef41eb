//! Whether two spellings in Unicode are the same text.

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizerBorrowed;

/// Whether two texts have the same letters. A letter with a mark, such as `ü`, can be one character or
/// two, as in the file names and lists of a Mac; both look the same.
pub(crate) fn is_same_text(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    if one.is_ascii() && other.is_ascii() {
        return false;
    }
    composed(one) == composed(other)
}

/// The text with each letter and its marks as one character, where there is one.
pub(crate) fn composed(text: &str) -> Cow<'_, str> {
    ComposingNormalizerBorrowed::new_nfc().normalize(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letter_and_mark_are_one_letter() {
        let check = |one: &str, other: &str, expected: bool| {
            assert_eq!(is_same_text(one, other), expected, "{one:?} {other:?}");
        };
        check("Güneş", "Gu\u{308}nes\u{327}", true);
        check("Güneş", "Gunes", false);
        check("Güneş", "GÜNEŞ", false);
        check("IT", "it", false);
        check("", "", true);
    }
}
