//! Removing the personal values of a row from a message of the service.

use crate::lenient_json::Record;

/// The properties of a row with personal values.
const PERSONAL: [&str; 9] = [
    "email",
    "firstName",
    "lastName",
    "department",
    "phoneNumber",
    "managerFirstName",
    "managerLastName",
    "managerFullName",
    "managerEmail",
];
const REDACTED: &str = "[redacted]";

/// The personal values of a row, the longest first.
pub(super) fn personal_values(row: Record<'_>) -> Vec<String> {
    let custom = row.list("customFields").iter().filter_map(Record::of);
    let custom = custom.filter_map(|field| field.text("value"));
    let mut values: Vec<String> = PERSONAL
        .iter()
        .filter_map(|name| row.text(name))
        .chain(custom)
        .map(|value| value.trim().to_owned())
        .filter(|value| !value.is_empty())
        .collect();
    values.sort_by_key(|value| std::cmp::Reverse(value.len()));
    values
}

/// The message without the values, if they stand there as whole words.
pub(super) fn remove_values(message: &str, values: &[String]) -> String {
    let mut text = message.to_owned();
    for value in values {
        text = remove_value(&text, value);
    }
    text
}

fn remove_value(text: &str, value: &str) -> String {
    let is_word = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(value) {
        let (before, after) = (&rest[..at], &rest[at + value.len()..]);
        let last = before.chars().next_back().or(kept.chars().next_back());
        kept.push_str(before);
        let is_part_of_a_word = is_word(last) || is_word(after.chars().next());
        kept.push_str(if is_part_of_a_word { value } else { REDACTED });
        rest = after;
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn message_contains_no_value_of_its_row() {
        let row = json!({
            "Email": "ada@acme.example", "FirstName": "Ada", "Department": "IT", "PhoneNumber": "12",
            "priority": "High", "customFields": [{"name": "Badge", "value": "B 7"}],
        });
        let check = |message: &str, expected: &str| {
            let values = personal_values(Record::of(&row).unwrap());
            assert_eq!(remove_values(message, &values), expected);
        };
        check("'Ada' is no name", "'[redacted]' is no name");
        check("Ada, ada@acme.example", "[redacted], [redacted]");
        check(
            "Badge B 7 of IT is taken",
            "Badge [redacted] of [redacted] is taken",
        );
        check("LIMIT of 128 or 12.", "LIMIT of 128 or [redacted].");
        check("use Medium or High", "use Medium or High");
        check("AdaAda Ada", "AdaAda [redacted]");
        check("", "");
        assert_eq!(remove_values("Ada", &[]), "Ada");
    }
}
