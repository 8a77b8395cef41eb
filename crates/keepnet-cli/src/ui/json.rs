//! JSON as it came, indented for people or in one line: no number and no order changes.

use std::io::{self, Write};

use serde::de::IgnoredAny;

use super::format::Format;

/// Prints an answer of the service: in one line for `ndjson`, indented otherwise, and unchanged if it is
/// not JSON.
pub(crate) fn print_json(out: &mut impl Write, body: &[u8], format: Format) -> io::Result<()> {
    let body = body.trim_ascii();
    if serde_json::from_slice::<IgnoredAny>(body).is_err() {
        out.write_all(body)?;
    } else {
        out.write_all(&laid_out(body, format != Format::Ndjson))?;
    }
    if !body.is_empty() {
        out.write_all(b"\n")?;
    }
    out.flush()
}

/// Lays out what is known to be JSON.
fn laid_out(json: &[u8], indented: bool) -> Vec<u8> {
    let mut text = Vec::with_capacity(json.len() * 2);
    let mut depth = 0;
    let mut bytes = json.iter().copied().peekable();
    let break_line = |text: &mut Vec<u8>, depth: usize| {
        if indented {
            text.push(b'\n');
            text.extend(std::iter::repeat_n(b' ', 2 * depth));
        }
    };
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => {
                text.push(byte);
                while let Some(inner) = bytes.next() {
                    text.push(inner);
                    match inner {
                        b'"' => break,
                        b'\\' => text.extend(bytes.next()),
                        _ => {}
                    }
                }
            }
            b'{' | b'[' => {
                text.push(byte);
                while bytes.next_if(u8::is_ascii_whitespace).is_some() {}
                if let Some(end) = bytes.next_if(|next| matches!(next, b'}' | b']')) {
                    text.push(end);
                } else {
                    depth += 1;
                    break_line(&mut text, depth);
                }
            }
            b'}' | b']' => {
                depth -= 1;
                break_line(&mut text, depth);
                text.push(byte);
            }
            b',' => {
                text.push(byte);
                break_line(&mut text, depth);
            }
            b':' => text.extend_from_slice(if indented { b": " } else { b":" }),
            _ if byte.is_ascii_whitespace() => {}
            _ => text.push(byte),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_laid_out_without_a_change_and_the_rest_left_alone() {
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
