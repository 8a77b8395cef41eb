//! Reads a published document, and repairs keys without a value.

use serde::de::DeserializeOwned;

use crate::SpecError;

/// A repair made while reading a document that is not quite JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// Line of the text where the repair was made, counted from 1.
    pub line: usize,
    /// The key that had no value; it reads as `null`.
    pub key: String,
}

/// Reads a published document as any type that reads all of JSON; unambiguous faults are repaired
/// and returned.
///
/// The vendor's live export writes a key without a value where an example is empty, as in
/// `"enrollmentPayload":}`. Such a key reads as `null`; everything else that is not JSON is an error.
pub fn read_leniently<T: DeserializeOwned>(text: &str) -> Result<(T, Vec<Repair>), SpecError> {
    let (repaired, repairs) = fill_missing_values(text.trim_start_matches('\u{feff}'));
    Ok((serde_json::from_str(&repaired)?, repairs))
}

/// A document that is JSON is not changed: there, a value follows each colon.
fn fill_missing_values(text: &str) -> (String, Vec<Repair>) {
    let mut repaired = String::with_capacity(text.len() + 64);
    let mut repairs = Vec::new();
    let (mut line, mut last_string, mut misses_value) = (1, "", false);
    let mut rest = text;
    while !rest.is_empty() {
        let (token, after) = rest.split_at(token_length(rest));
        rest = after;
        if misses_value && matches!(token, "}" | "," | "]") {
            repaired.push_str("null");
            let key = last_string.to_owned();
            repairs.push(Repair { line, key });
        }
        line += usize::from(token == "\n");
        misses_value = token == ":" || misses_value && token.trim().is_empty();
        if let Some(string) = token.strip_prefix('"') {
            last_string = string.strip_suffix('"').unwrap_or(string);
        }
        repaired.push_str(token);
    }
    (repaired, repairs)
}

/// The length of the string that the text starts with, or of the first character.
fn token_length(text: &str) -> usize {
    let mut characters = text.char_indices();
    let first = characters.next().map_or(0, |(_, first)| first.len_utf8());
    if !text.starts_with('"') {
        return first;
    }
    let mut is_escaped = false;
    let end = characters.find(|(_, character)| {
        let is_end = *character == '"' && !is_escaped;
        is_escaped = *character == '\\' && !is_escaped;
        is_end
    });
    end.map_or(text.len(), |(index, _)| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn check(text: &str, expected: Value, keys: &[(usize, &str)]) {
        let (value, repairs) = read_leniently::<Value>(text).unwrap();
        assert_eq!(value, expected);
        let found: Vec<_> = repairs.iter().map(|r| (r.line, r.key.as_str())).collect();
        assert_eq!(found, keys);
    }

    #[test]
    fn key_without_a_value_reads_as_null() {
        check(r#"{"a":1}"#, json!({"a": 1}), &[]);
        check(
            "{\"a\":{\n\"enrollmentPayload\":}}",
            json!({"a": {"enrollmentPayload": null}}),
            &[(2, "enrollmentPayload")],
        );
        check(
            r#"{"a": ,"b":"x:}","c\":": }"#,
            json!({"a": null, "b": "x:}", "c\":": null}),
            &[(1, "a"), (1, "c\\\":")],
        );
    }

    #[test]
    fn broken_json_is_refused_with_its_line() {
        for (text, line) in [("{", 1), ("{\n\"a\":1,,}", 2), ("", 1)] {
            match read_leniently::<Value>(text).unwrap_err() {
                SpecError::NotJson(error) => assert_eq!(error.line(), line, "{text}"),
                other => panic!("{other}"),
            }
        }
    }
}
