use serde_json::Value;
use std::fmt::Write;

const LINE_WIDTH: usize = 100;

/// Writes JSON for review: keys sorted, two spaces, what fits stays on one line.
///
/// The order does not depend on how the value was built, nor on the `preserve_order` feature that
/// another crate of a build may switch on.
pub fn to_canonical_json(value: &Value) -> String {
    let mut out = String::new();
    write_value(&mut out, value, 0, 0);
    out.push('\n');
    out
}

fn write_value(out: &mut String, value: &Value, depth: usize, column: usize) {
    let mut line = String::new();
    write_flat(&mut line, value);
    if column + line.len() <= LINE_WIDTH || !is_nested(value) {
        out.push_str(&line);
        return;
    }
    let indent = "  ".repeat(depth + 1);
    match value {
        Value::Object(map) => {
            out.push('{');
            let mut keys: Vec<_> = map.keys().collect();
            keys.sort();
            for (index, key) in keys.into_iter().enumerate() {
                out.push_str(if index == 0 { "\n" } else { ",\n" });
                let start = out.len();
                let _ = write!(out, "{indent}{}: ", Value::from(key.as_str()));
                let column = out.len() - start;
                write_value(out, &map[key], depth + 1, column);
            }
            let _ = write!(out, "\n{}}}", "  ".repeat(depth));
        }
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "\n" } else { ",\n" });
                out.push_str(&indent);
                write_value(out, item, depth + 1, indent.len());
            }
            let _ = write!(out, "\n{}]", "  ".repeat(depth));
        }
        scalar => write_flat(out, scalar),
    }
}

fn is_nested(value: &Value) -> bool {
    match value {
        Value::Object(map) => !map.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    }
}

fn write_flat(out: &mut String, value: &Value) {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<_> = map.keys().collect();
            keys.sort();
            out.push('{');
            for (index, key) in keys.into_iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                let _ = write!(out, "{}: ", Value::from(key.as_str()));
                write_flat(out, &map[key]);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write_flat(out, item);
            }
            out.push(']');
        }
        scalar => {
            let _ = write!(out, "{scalar}");
        }
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
