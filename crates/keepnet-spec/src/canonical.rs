//! Writes JSON in one form, whatever the order of its keys in memory is.

use serde_json::Value;

const LINE_WIDTH: usize = 100;

/// Writes JSON for review: keys are sorted, the indent is two spaces, and a value that fits into a
/// line stays on one line.
///
/// The order does not depend on how the value was built, nor on the `preserve_order` feature that
/// another crate of a build may switch on.
pub fn to_canonical_json(value: &Value) -> String {
    let mut out = String::new();
    write_value(&mut out, value, "", 0);
    out.push('\n');
    out
}

/// `column` is where the value starts in its line.
fn write_value(out: &mut String, value: &Value, indent: &str, column: usize) {
    let line = write_flat(value);
    let members = members(value);
    if column + line.len() <= LINE_WIDTH || members.is_empty() {
        out.push_str(&line);
        return;
    }
    let (open, close) = brackets(value);
    let inner = format!("{indent}  ");
    for (index, (key, member)) in members.iter().enumerate() {
        out.push_str(if index == 0 { open } else { "," });
        let start = format!("{inner}{key}");
        out.push('\n');
        out.push_str(&start);
        write_value(out, member, &inner, start.len());
    }
    out.push('\n');
    out.push_str(indent);
    out.push_str(close);
}

fn write_flat(value: &Value) -> String {
    let members = members(value).into_iter();
    let members: Vec<String> = members
        .map(|(key, member)| key + &write_flat(member))
        .collect();
    match brackets(value) {
        ("", _) => value.to_string(),
        (open, close) => format!("{open}{}{close}", members.join(", ")),
    }
}

/// The members of an object by key, or the items of an array; each with the text before it.
fn members(value: &Value) -> Vec<(String, &Value)> {
    match value {
        Value::Object(map) => {
            let mut members: Vec<_> = map.iter().collect();
            members.sort_by_key(|(key, _)| *key);
            let members = members.into_iter();
            members
                .map(|(key, member)| (format!("{}: ", Value::from(key.as_str())), member))
                .collect()
        }
        Value::Array(items) => items.iter().map(|item| (String::new(), item)).collect(),
        _ => Vec::new(),
    }
}

fn brackets(value: &Value) -> (&'static str, &'static str) {
    match value {
        Value::Object(_) => ("{", "}"),
        Value::Array(_) => ("[", "]"),
        _ => ("", ""),
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
