//! JSON of the service, indented or on one line; its numbers and its order do not change.

use std::io::{self, Write};

use serde::de::IgnoredAny;

use super::format::Format;

/// Prints a response body: on one line for `ndjson`, indented otherwise, and unchanged if it is not
/// JSON.
pub(crate) fn print_json(out: &mut impl Write, body: &[u8], format: Format) -> io::Result<()> {
    let body = body.trim_ascii();
    if serde_json::from_slice::<IgnoredAny>(body).is_err() {
        out.write_all(body)?;
    } else {
        out.write_all(&reformat(body, format != Format::Ndjson))?;
    }
    if !body.is_empty() {
        out.write_all(b"\n")?;
    }
    out.flush()
}

/// Changes the white space between the tokens of valid JSON. A parsed document would lose the digits
/// of long numbers.
fn reformat(json: &[u8], indented: bool) -> Vec<u8> {
    let mut text = Vec::with_capacity(json.len() * 2);
    let (mut depth, mut in_string, mut is_escaped) = (0, false, false);
    for &byte in json {
        if in_string {
            text.push(byte);
            in_string = byte != b'"' || is_escaped;
            is_escaped = byte == b'\\' && !is_escaped;
            continue;
        }
        if byte.is_ascii_whitespace() {
            continue;
        }
        let is_close = matches!(byte, b'}' | b']');
        depth -= usize::from(is_close);
        // The brackets of an empty object or array stay together.
        let is_after_open = matches!(text.last(), Some(b'{' | b'['));
        if indented && (is_after_open != is_close || text.last() == Some(&b',')) {
            text.push(b'\n');
            text.extend(std::iter::repeat_n(b' ', 2 * depth));
        }
        text.push(byte);
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => depth += 1,
            b':' if indented => text.push(b' '),
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_keeps_numbers_order_and_text() {
        let check = |body: &str, format: Format, expected: &str| {
            let mut out = Vec::new();
            print_json(&mut out, body.as_bytes(), format).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), expected, "{body}");
        };
        let odd = r#" {"b":[1.50, {}, [ ] ],"a" : "x, \"{y}\\" , "n":12345678901234567890123}"#;
        check(
            odd,
            Format::Json,
            "{\n  \"b\": [\n    1.50,\n    {},\n    []\n  ],\n  \"a\": \"x, \\\"{y}\\\\\",\n  \"n\": 12345678901234567890123\n}\n",
        );
        check(
            odd,
            Format::Ndjson,
            "{\"b\":[1.50,{},[]],\"a\":\"x, \\\"{y}\\\\\",\"n\":12345678901234567890123}\n",
        );
        check("null", Format::Json, "null\n");
        check("<html>", Format::Json, "<html>\n");
        check("", Format::Json, "");
    }
}
