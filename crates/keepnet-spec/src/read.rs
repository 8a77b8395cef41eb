//! Reads a published document, and repairs keys without a value.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::SpecError;

/// A repair made while reading a document that is not quite JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// Line of the text where the repair was made, counted from 1.
    pub line: usize,
    /// The key that had no value; it reads as `null`.
    pub key: String,
}

/// Reads a published document; unambiguous faults are repaired and returned.
///
/// The vendor's live export writes a key without a value where an example is empty, as in
/// `"enrollmentPayload":}`. Such a key reads as `null`; everything else that is not JSON is an error.
pub fn read_leniently(text: &str) -> Result<(Value, Vec<Repair>), SpecError> {
    read_leniently_as(text)
}

/// The same for any type that reads all of JSON.
pub(crate) fn read_leniently_as<T: DeserializeOwned>(
    text: &str,
) -> Result<(T, Vec<Repair>), SpecError> {
    let (repaired, repairs) = fill_missing_values(text.trim_start_matches('\u{feff}'));
    Ok((serde_json::from_str(&repaired)?, repairs))
}

/// A document that is JSON is not changed: there, a value follows each colon.
fn fill_missing_values(text: &str) -> (String, Vec<Repair>) {
    let mut repaired = String::with_capacity(text.len() + 64);
    let mut repairs = Vec::new();
    let (mut in_string, mut escaped) = (false, false);
    let (mut line, mut string_start, mut last_string) = (1, 0, "");
    let mut pending_colon = false;
    for (index, character) in text.char_indices() {
        if in_string {
            match character {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => {
                    in_string = false;
                    last_string = &text[string_start..index];
                }
                _ => {}
            }
        } else {
            match character {
                '\n' => line += 1,
                character if character.is_whitespace() => {}
                '}' | ',' | ']' if pending_colon => {
                    repaired.push_str("null");
                    repairs.push(Repair {
                        line,
                        key: last_string.to_owned(),
                    });
                    pending_colon = false;
                }
                ':' => pending_colon = true,
                '"' => {
                    in_string = true;
                    string_start = index + 1;
                    pending_colon = false;
                }
                _ => pending_colon = false,
            }
        }
        repaired.push(character);
    }
    (repaired, repairs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(text: &str, expected: Value, keys: &[(usize, &str)]) {
        let (value, repairs) = read_leniently(text).unwrap();
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
            match read_leniently(text).unwrap_err() {
                SpecError::NotJson(error) => assert_eq!(error.line(), line, "{text}"),
                other => panic!("{other}"),
            }
        }
    }
}
