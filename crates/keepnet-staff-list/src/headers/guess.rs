//! The field that a header most likely means.

use super::header::Header;
use super::synonyms::{MANAGER_WORDS, WORDS, Words};
use crate::field::Field;
use crate::text::header_key;

/// A field that a header may mean, with a confidence of 0 to 1.
pub(crate) type Guess = (Field, f64);

/// The lowest confidence of a guess that is used.
pub(crate) const THRESHOLD: f64 = 0.6;

pub(crate) const EXACT_CONFIDENCE: f64 = 1.0;
const SAME_KEY_CONFIDENCE: f64 = 0.95;
/// The lowest confidence of a header that is a word for one field and for nothing else.
pub(crate) const CERTAIN: f64 = SYNONYM_CONFIDENCE;
const SYNONYM_CONFIDENCE: f64 = 0.9;
const WEAK_SYNONYM_CONFIDENCE: f64 = 0.8;
const MISSPELLED_CONFIDENCE: f64 = 0.7;
/// For a bare `Name` beside a column of first names.
const BARE_NAME_CONFIDENCE: f64 = 0.65;
/// Subtracted where the header has a remark in brackets.
const REMARK_PENALTY: f64 = 0.05;

/// The field of each header, if it names one.
pub(crate) fn guess_fields(headers: &[Header], custom_fields: &[String]) -> Vec<Option<Guess>> {
    let mut guesses: Vec<_> = headers
        .iter()
        .map(|header| {
            guess(header.name(), custom_fields).filter(|(_, confidence)| *confidence >= THRESHOLD)
        })
        .collect();
    let has = |wanted: Field| guesses.iter().flatten().any(|(field, _)| *field == wanted);
    // German and French lists head the family names with a bare "Name" beside "Vorname".
    if has(Field::FirstName) && !has(Field::LastName) {
        for (header, guess) in headers.iter().zip(&mut guesses) {
            if guess.is_none() && header_key(header.name()) == "name" {
                *guess = Some((Field::LastName, BARE_NAME_CONFIDENCE));
            }
        }
    }
    guesses
}

fn guess(header: &str, custom_fields: &[String]) -> Option<Guess> {
    let header = header.trim();
    guess_without_remark(header, custom_fields).or_else(|| {
        // `Email (work)` is read as `Email`.
        let (bare, _) = header.split_once(['(', '['])?;
        let (field, confidence) = guess_without_remark(bare.trim(), custom_fields)?;
        Some((field, confidence - REMARK_PENALTY))
    })
}

fn guess_without_remark(header: &str, custom_fields: &[String]) -> Option<Guess> {
    let key = header_key(header);
    if key.is_empty() {
        return None;
    }
    let built_in = |confidence: f64, is_match: &dyn Fn(&Words) -> bool| {
        let words = WORDS.iter().find(|words| is_match(words))?;
        Some((words.field.clone(), confidence))
    };
    let custom = |confidence: f64, is_match: &dyn Fn(&str) -> bool| {
        let name = custom_fields.iter().find(|name| is_match(name))?;
        Some((Field::Custom(name.clone()), confidence))
    };
    let is_label =
        |words: &Words| words.labels.contains(&header) || words.field.wire_name() == header;
    let has_label_key = |words: &Words| words.labels.iter().any(|it| header_key(it) == key);
    built_in(EXACT_CONFIDENCE, &is_label)
        .or_else(|| custom(EXACT_CONFIDENCE, &|name| name.trim() == header))
        .or_else(|| built_in(SAME_KEY_CONFIDENCE, &has_label_key))
        .or_else(|| custom(SAME_KEY_CONFIDENCE, &|name| header_key(name) == key))
        .or_else(|| built_in(SYNONYM_CONFIDENCE, &|it| it.strong.contains(&&*key)))
        .or_else(|| built_in(WEAK_SYNONYM_CONFIDENCE, &|it| it.weak.contains(&&*key)))
        .or_else(|| Some((of_manager(&key)?, WEAK_SYNONYM_CONFIDENCE)))
        .or_else(|| Some((misspelled(&key)?, MISSPELLED_CONFIDENCE)))
}

/// Whether a header is the title of a block of columns that name the manager.
pub(crate) fn is_manager_word(header: &str) -> bool {
    MANAGER_WORDS.contains(&&*header_key(header))
}

/// The field of the manager that a header such as `Line Manager First Name` means.
fn of_manager(key: &str) -> Option<Field> {
    let mut words = MANAGER_WORDS.iter();
    let rest = words.find_map(|word| key.strip_prefix(word).filter(|rest| !rest.is_empty()))?;
    let is_match = |words: &&Words| {
        let mut labels = words.labels.iter().map(|label| header_key(label));
        labels.any(|label| label == rest)
            || words.strong.contains(&rest)
            || words.weak.contains(&rest)
    };
    match WORDS.iter().find(is_match)?.field {
        Field::FirstName => Some(Field::ManagerFirstName),
        Field::LastName => Some(Field::ManagerLastName),
        Field::Email => Some(Field::ManagerEmail),
        _ => None,
    }
}

/// The one field with a word that differs by at most one slip (two in a long word); none if two
/// fields are equally near.
fn misspelled(key: &str) -> Option<Field> {
    let length = key.chars().count();
    let allowed = match length {
        0..=4 => return None,
        5..=11 => 1,
        _ => 2,
    };
    let mut nearest: Option<(usize, &Field)> = None;
    let mut is_tied = false;
    for words in WORDS {
        let labels = words.labels.iter().map(|label| header_key(label));
        let synonyms = words.strong.iter().map(|word| (*word).to_owned());
        for word in labels.chain(synonyms) {
            let word_length = word.chars().count();
            // Few people mistype the first letter, and `Gmail` is not a misspelled `Email`.
            if word_length < 5
                || word_length.abs_diff(length) > allowed
                || word.chars().next() != key.chars().next()
            {
                continue;
            }
            let slips = strsim::osa_distance(key, &word);
            match nearest {
                _ if slips > allowed => {}
                Some((best, field)) if slips == best => is_tied |= *field != words.field,
                Some((best, _)) if slips > best => {}
                _ => {
                    nearest = Some((slips, &words.field));
                    is_tied = false;
                }
            }
        }
    }
    nearest.filter(|_| !is_tied).map(|(_, field)| field.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn every_synonym_belongs_to_one_field() {
        let mut seen: HashMap<String, &Field> = HashMap::new();
        for words in WORDS {
            let labels = words.labels.iter().map(|label| header_key(label));
            let keys = words.strong.iter().chain(words.weak).map(|word| {
                assert_eq!(header_key(word), **word, "not a key");
                (*word).to_owned()
            });
            for key in labels.chain(keys) {
                let earlier = seen.insert(key.clone(), &words.field);
                assert_eq!(earlier, None, "`{key}` is in the table twice");
            }
        }
    }

    #[test]
    fn each_slip_is_a_single_letter() {
        let check = |left: &str, right: &str, expected: usize| {
            let slips = strsim::osa_distance(left, right);
            assert_eq!(slips, expected, "{left:?} {right:?}");
        };
        check("email", "email", 0);
        check("emial", "email", 1);
        check("emails", "email", 1);
        check("emal", "email", 1);
        check("enail", "email", 1);
        check("nombre", "number", 2);
        check("", "abc", 3);
    }
}
