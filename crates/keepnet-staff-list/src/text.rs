//! The apostrophe that keeps a spreadsheet program from computing a cell of a CSV file.

use std::borrow::Cow;

use crate::read::trimmed;

/// Puts an apostrophe before what a spreadsheet program would compute. A sign before nothing but
/// digits is a phone number or a figure, and stays.
///
/// A staff list that is read takes the apostrophe off again.
pub fn escape_formula(cell: &str) -> Cow<'_, str> {
    let is_formula = match cell.as_bytes() {
        [b'=' | b'@' | b'\t' | b'\r' | b'\n', ..] => true,
        [b'+' | b'-', rest @ ..] => !rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if is_formula {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// The value of a cell that may be guarded. Exports also write numbers that must keep their zeros
/// as `="05"`, which is no part of the value either.
pub(crate) fn without_guard(cell: &str) -> &str {
    let mut text = trimmed(cell);
    loop {
        let guarded = text
            .strip_prefix('\'')
            .filter(|value| value.starts_with(['=', '+', '-', '@']));
        let quoted = text
            .strip_prefix("=\"")
            .and_then(|value| value.strip_suffix('"'))
            .filter(|value| !value.contains('"'));
        match guarded.or(quoted) {
            Some(value) => text = trimmed(value),
            None => return text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_would_be_computed_gets_an_apostrophe() {
        let check = |cell: &str, expected: &str| assert_eq!(escape_formula(cell), expected);
        check("=1+1", "'=1+1");
        check(
            "=HYPERLINK(\"http://x.example\")",
            "'=HYPERLINK(\"http://x.example\")",
        );
        check("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0");
        check("-2+3", "'-2+3");
        check("@SUM(A1)", "'@SUM(A1)");
        check("\t=1", "'\t=1");
        check("\r=1", "'\r=1");
        check("+905300000000", "+905300000000");
        check("-5", "-5");
        check("Ada", "Ada");
        check("ada@acme.example", "ada@acme.example");
        check("", "");
    }

    #[test]
    fn a_value_survives_its_guard() {
        let mut random = fastrand::Rng::with_seed(11);
        let letters: Vec<char> = "'=+-@a1 ".chars().collect();
        for _ in 0..10_000 {
            let cell: String = (0..random.usize(..6))
                .map(|_| letters[random.usize(..letters.len())])
                .collect();
            let cell = cell.trim();
            assert_eq!(
                without_guard(&escape_formula(cell)),
                without_guard(cell),
                "{cell:?}"
            );
        }
    }
}
