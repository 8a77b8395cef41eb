//! Writes JSON in one form, whatever the order of its keys in memory is.

use serde_json::Value;

const LINE_WIDTH: usize = 100;

/// Writes JSON for review: keys are sorted, the indent is two spaces, and a value that fits into a
/// line stays on one line.
///
/// The order does not depend on how the value was built, nor on the `preserve_order` feature that
/// another crate of a build may switch on.
pub fn to_canonical_json(value: &Value) -> String {
    let mut value = value.clone();
    value.sort_all_objects();
    let mut text = String::new();
    write_value(&mut text, &value, "", 0);
    text + "\n"
}

/// Writes JSON on one line with sorted keys, for a report.
pub(crate) fn to_sorted_line(value: &Value) -> String {
    let mut value = value.clone();
    value.sort_all_objects();
    value.to_string()
}

/// `column` is where the value starts in its line.
fn write_value(text: &mut String, value: &Value, indent: &str, column: usize) {
    let line = write_line(value);
    let (open, members, close) = parts(value);
    if column + line.len() <= LINE_WIDTH || members.is_empty() {
        text.push_str(&line);
        return;
    }
    let inner = format!("{indent}  ");
    for (index, (key, member)) in members.into_iter().enumerate() {
        let separator = if index == 0 { open } else { "," };
        text.push_str(&format!("{separator}\n{inner}{key}"));
        write_value(text, member, &inner, inner.len() + key.len());
    }
    text.push_str(&format!("\n{indent}{close}"));
}

fn write_line(value: &Value) -> String {
    let (open, members, close) = parts(value);
    if open.is_empty() {
        return value.to_string();
    }
    let members = members.into_iter();
    let members = members.map(|(key, member)| key + &write_line(member));
    format!("{open}{}{close}", members.collect::<Vec<_>>().join(", "))
}

/// The brackets of an object or an array, and its members, each with the text before it.
fn parts(value: &Value) -> (&str, Vec<(String, &Value)>, &str) {
    let key = |(key, member)| (format!("{}: ", Value::String(String::clone(key))), member);
    match value {
        Value::Object(map) => ("{", map.iter().map(key).collect(), "}"),
        Value::Array(items) => {
            let items = items.iter().map(|item| (String::new(), item));
            ("[", items.collect(), "]")
        }
        _ => ("", Vec::new(), ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_are_sorted_and_short_values_stay_on_one_line() {
        let long = "x".repeat(90);
        let value = json!({"b": {"z": 1, "a": [1, 2]}, "a": long});
        let expected =
            format!("{{\n  \"a\": \"{long}\",\n  \"b\": {{\"a\": [1, 2], \"z\": 1}}\n}}\n");
        assert_eq!(to_canonical_json(&value), expected);
        assert_eq!(serde_json::from_str::<Value>(&expected).unwrap(), value);
    }
}
