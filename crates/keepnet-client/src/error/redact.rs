//! Removing what is not known to be harmless from texts of the service.

use super::plain_words::{is_plain, is_verb_before};

/// Longest message taken over from the service, in characters.
const LIMIT: usize = 300;
pub(super) const REDACTED: &str = "[redacted]";
/// Stands for a text of which nothing may be shown.
const WITHHELD: &str = "the service's text is withheld";

/// Makes a text of the service fit for a log: one line, at most 300 characters, and known words
/// alone.
///
/// A text can name a person in any form, such as `ada&#64;acme.example` or a telephone number in
/// words, so what may be shown is decided and not what may not: a word stays if it belongs to the
/// vocabulary of messages about requests, files and fields, like `required` or `PageNumber`. A verb that
/// is also a name stays before what follows a verb alone, such as `may` in `it may have expired`.
/// `[redacted]` stands for all others, numbers included. A text in which no word is known becomes
/// one sentence that says so; a text without words becomes empty.
#[must_use]
pub fn redact(text: &str) -> String {
    let mut line = String::new();
    let mut is_known = false;
    let mut words = text
        .split(|letter: char| letter.is_whitespace() || letter.is_control())
        .filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        let shown = match is_harmless(word) || is_verb_before(word, words.clone()) {
            true => word,
            // Several unknown words in a row show no more than one.
            false if line.ends_with(REDACTED) => continue,
            false => REDACTED,
        };
        is_known |= shown != REDACTED && word.contains(char::is_alphabetic);
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(shown);
        if line.len() > LIMIT {
            break;
        }
    }
    if line.is_empty() {
        return line;
    }
    if !is_known {
        return WITHHELD.to_owned();
    }
    if line.chars().count() > LIMIT {
        line = line.chars().take(LIMIT).collect();
        line.push('…');
    }
    line
}

/// Whether a word is made of known words and punctuation: `e-mail`, `(PageNumber)`, `users,`.
pub(super) fn is_harmless(word: &str) -> bool {
    let is_mark = |letter: char| "-_.,;:!?'\"()[]{}<>/=$".contains(letter);
    word == REDACTED
        || (word
            .chars()
            .all(|letter| letter.is_ascii_alphabetic() || is_mark(letter))
            && word.split(is_mark).all(is_known_compound))
}

/// Whether each part of a name in camel case is a known word: `selectedResourceIds`.
fn is_known_compound(name: &str) -> bool {
    if name.is_empty() || is_plain(name) {
        return true;
    }
    let mut rest = name;
    while !rest.is_empty() {
        let end = rest[1..].find(|letter: char| letter.is_ascii_uppercase());
        let (part, after) = rest.split_at(end.map_or(rest.len(), |end| end + 1));
        if !is_plain(part) {
            return false;
        }
        rest = after;
    }
    true
}
