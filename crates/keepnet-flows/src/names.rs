//! Comparing names that people have typed.

use crate::same_text::composed;

/// Whether two names are the same without regard to case, to blanks around them, and to how a letter with a
/// mark is written.
///
/// The dotted and the dotless letters of Turkish count as one letter, because a service that compares in
/// another language takes them for upper and lower case of each other.
pub(crate) fn is_same_name(one: &str, other: &str) -> bool {
    fold_name(one) == fold_name(other)
}

/// The name in the form in which names are compared.
pub(crate) fn fold_name(name: &str) -> String {
    // The upper case of a dotless i is that of a dotted one; the lower case of an upper one with a dot has
    // the dot as a character of its own.
    let upper = composed(name.trim()).to_uppercase();
    upper.to_lowercase().replace("i\u{307}", "i")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case_and_blanks() {
        let check = |one: &str, other: &str, expected: bool| {
            assert_eq!(is_same_name(one, other), expected, "{one} {other}");
            assert_eq!(is_same_name(other, one), expected, "{other} {one}");
        };
        check("Acme LLC ", "\u{a0}acme llc", true);
        check("IŞIK", "ışık", true);
        check("IŞIK", "işik", true);
        check("İstanbul A.Ş.", "istanbul a.ş.", true);
        check("Straße", "STRASSE", true);
        check("ΣΑΣ", "σας", true);
        check("Acme", "Acme 2", false);
        check("Çelik", "C\u{327}elik", true);
        check("Çelik", "Celik", false);
    }
}
