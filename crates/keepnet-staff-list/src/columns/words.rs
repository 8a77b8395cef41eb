//! What a header most likely means.

use super::synonyms::WORDS;
use crate::field::Field;

/// A header reduced to what two spellings of one word share: lower case,
/// without accents, spaces and punctuation (`E-posta Adresi` is `epostaadresi`).
pub fn header_key(header: &str) -> String {
    let mut key = String::with_capacity(header.len());
    for letter in header.chars().flat_map(char::to_lowercase) {
        match letter {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ą' => key.push('a'),
            'ç' | 'ć' | 'č' => key.push('c'),
            'ď' | 'đ' => key.push('d'),
            'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => key.push('e'),
            'ğ' => key.push('g'),
            'ì' | 'í' | 'î' | 'ï' | 'ı' => key.push('i'),
            'ł' => key.push('l'),
            'ñ' | 'ń' | 'ň' => key.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ő' => key.push('o'),
            'ř' => key.push('r'),
            'ş' | 'ș' | 'š' | 'ś' => key.push('s'),
            'ţ' | 'ț' | 'ť' => key.push('t'),
            'ù' | 'ú' | 'û' | 'ü' | 'ů' | 'ű' => key.push('u'),
            'ý' | 'ÿ' => key.push('y'),
            'ž' | 'ź' | 'ż' => key.push('z'),
            'ß' => key.push_str("ss"),
            'æ' => key.push_str("ae"),
            'œ' => key.push_str("oe"),
            other if other.is_alphanumeric() => key.push(other),
            _ => {}
        }
    }
    key
}

pub(super) const EXACT: f64 = 1.0;
const SAME_WORDS: f64 = 0.95;
const SYNONYM: f64 = 0.9;
const WEAK_SYNONYM: f64 = 0.8;
const MISSPELT: f64 = 0.7;
/// For a bare `Name` beside a column of first names.
pub(super) const BY_NEIGHBOUR: f64 = 0.65;
/// What a remark in brackets behind the word takes away.
const REMARK: f64 = 0.05;

/// The field that `header` means, with a confidence of 0 to 1, if it means one.
pub(super) fn guess(header: &str, custom_fields: &[String]) -> Option<(Field, f64)> {
    let header = header.trim();
    if let Some(found) = guess_whole(header, custom_fields) {
        return Some(found);
    }
    let bare = without_remark(header)?;
    let (field, confidence) = guess_whole(bare, custom_fields)?;
    Some((field, confidence - REMARK))
}

fn guess_whole(header: &str, custom_fields: &[String]) -> Option<(Field, f64)> {
    let key = header_key(header);
    if key.is_empty() {
        return None;
    }
    let custom = |name: &String| Field::Custom(name.clone());
    if let Some(words) = WORDS
        .iter()
        .find(|words| is_label(words.labels, &words.field, header))
    {
        return Some((words.field.clone(), EXACT));
    }
    if let Some(name) = custom_fields.iter().find(|name| name.trim() == header) {
        return Some((custom(name), EXACT));
    }
    if let Some(words) = WORDS
        .iter()
        .find(|words| words.labels.iter().any(|label| header_key(label) == key))
    {
        return Some((words.field.clone(), SAME_WORDS));
    }
    if let Some(name) = custom_fields.iter().find(|name| header_key(name) == key) {
        return Some((custom(name), SAME_WORDS));
    }
    for words in WORDS {
        if words.strong.contains(&key.as_str()) {
            return Some((words.field.clone(), SYNONYM));
        }
        if words.weak.contains(&key.as_str()) {
            return Some((words.field.clone(), WEAK_SYNONYM));
        }
    }
    misspelt(&key).map(|field| (field, MISSPELT))
}

fn is_label(labels: &[&str], field: &Field, header: &str) -> bool {
    labels.contains(&header) || field.wire_name() == header
}

/// `Email (work)` without the brackets.
fn without_remark(header: &str) -> Option<&str> {
    let open = header.find(['(', '['])?;
    let bare = header[..open].trim();
    (!bare.is_empty()).then_some(bare)
}

/// The one field with a word at most one slip away (two in a long word);
/// none if two fields are equally near.
fn misspelt(key: &str) -> Option<Field> {
    let letters: Vec<char> = key.chars().collect();
    let allowed = match letters.len() {
        0..=4 => return None,
        5..=11 => 1,
        _ => 2,
    };
    let mut nearest: Option<(usize, &Field)> = None;
    let mut tied = false;
    for words in WORDS {
        let labels = words.labels.iter().map(|label| header_key(label));
        let synonyms = words.strong.iter().map(|word| (*word).to_owned());
        for word in labels.chain(synonyms) {
            let word: Vec<char> = word.chars().collect();
            if word.len() < 5 || word.len().abs_diff(letters.len()) > allowed {
                continue;
            }
            let slips = slips(&letters, &word);
            if slips > allowed {
                continue;
            }
            match nearest {
                Some((best, field)) if slips == best && *field != words.field => tied = true,
                Some((best, _)) if slips >= best => {}
                _ => {
                    nearest = Some((slips, &words.field));
                    tied = false;
                }
            }
        }
    }
    nearest.filter(|_| !tied).map(|(_, field)| field.clone())
}

/// How many letters were added, left out, changed or swapped with their neighbour.
fn slips(left: &[char], right: &[char]) -> usize {
    let width = right.len() + 1;
    let mut before_last = vec![0; width];
    let mut last: Vec<usize> = (0..width).collect();
    let mut current = vec![0; width];
    for row in 1..=left.len() {
        current[0] = row;
        for column in 1..width {
            let changed = usize::from(left[row - 1] != right[column - 1]);
            let mut fewest = (last[column] + 1)
                .min(current[column - 1] + 1)
                .min(last[column - 1] + changed);
            if row > 1
                && column > 1
                && left[row - 1] == right[column - 2]
                && left[row - 2] == right[column - 1]
            {
                fewest = fewest.min(before_last[column - 2] + 1);
            }
            current[column] = fewest;
        }
        std::mem::swap(&mut before_last, &mut last);
        std::mem::swap(&mut last, &mut current);
    }
    last[width - 1]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn every_synonym_is_a_key_and_belongs_to_one_field() {
        let mut seen: HashMap<String, &Field> = HashMap::new();
        for words in WORDS {
            let labels = words.labels.iter().map(|label| header_key(label));
            let keys = words.strong.iter().chain(words.weak).map(|word| {
                assert_eq!(header_key(word), **word, "not a key");
                (*word).to_owned()
            });
            for key in labels.chain(keys) {
                let earlier = seen.insert(key.clone(), &words.field);
                assert_eq!(earlier, None, "`{key}` stands twice");
            }
        }
    }

    #[test]
    fn slips_count_single_letters() {
        let check = |left: &str, right: &str, expected: usize| {
            let (left, right): (Vec<_>, Vec<_>) = (left.chars().collect(), right.chars().collect());
            assert_eq!(slips(&left, &right), expected, "{left:?} {right:?}");
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
