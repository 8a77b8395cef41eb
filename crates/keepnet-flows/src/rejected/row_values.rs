//! Taking the values of a row out of what the service says about it.

use serde_json::Value;

use crate::lenient_json::Record;

/// The fields that tell something about a person.
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
const CUT_OUT: &str = "[redacted]";

/// What a row holds of a person, the longest first.
pub(crate) fn of(record: Record<'_>) -> Vec<String> {
    let custom = record.list("customFields").iter().filter_map(Record::of);
    let custom = custom.filter_map(|field| field.text("value"));
    let mut values: Vec<String> = PERSONAL
        .iter()
        .filter_map(|name| record.text(name))
        .chain(custom)
        .map(|value| value.trim().to_owned())
        .filter(|value| !value.is_empty())
        .collect();
    values.sort_by_key(|value| std::cmp::Reverse(value.len()));
    values
}

/// The message without any of the values where they stand as words of their own.
pub(crate) fn cut_out(message: &str, values: &[String]) -> String {
    let mut text = message.to_owned();
    for value in values {
        text = without(&text, value);
    }
    text
}

fn without(text: &str, value: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(value) {
        let (before, behind) = (&rest[..at], &rest[at + value.len()..]);
        let is_word = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
        let before_it = before.chars().next_back().or(kept.chars().next_back());
        kept.push_str(before);
        if is_word(before_it) || is_word(behind.chars().next()) {
            kept.push_str(value);
        } else {
            kept.push_str(CUT_OUT);
        }
        rest = behind;
    }
    kept + rest
}

/// The values of a row in any form of JSON.
pub(crate) fn of_value(row: &Value) -> Vec<String> {
    Record::of(row).map(of).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_value_of_a_row_stands_in_what_is_said_about_it() {
        let row = json!({
            "Email": "ada@acme.example", "FirstName": "Ada", "Department": "IT", "PhoneNumber": "12",
            "priority": "High", "customFields": [{"name": "Badge", "value": "B 7"}],
        });
        let check = |message: &str, expected: &str| {
            assert_eq!(cut_out(message, &of_value(&row)), expected);
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
        assert_eq!(cut_out("Ada", &of_value(&json!([]))), "Ada");
    }
}
