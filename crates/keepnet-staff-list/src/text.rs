//! Functions on text: trimming, comparing headers, and escaping formulas.

use std::borrow::Cow;

/// `text` without spaces and invisible characters at its ends.
pub fn trim_invisible(text: &str) -> &str {
    text.trim_matches(|letter: char| letter.is_whitespace() || is_invisible(letter))
}

/// Whether a character has no visible shape. Such characters are copied along with text from web
/// pages and mails: zero-width spaces and joiners, direction marks, soft hyphens, byte order marks.
/// U+001A is the end of a file of MS-DOS.
pub(crate) fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{1A}'
            | '\u{AD}'
            | '\u{180E}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{2069}'
            | '\u{FEFF}'
    )
}

/// `text` in one line: control characters become spaces.
pub(crate) fn one_line(text: &str) -> String {
    let line = text.replace(|letter: char| letter.is_control(), " ");
    line.trim().to_owned()
}

/// The part of a header that its spellings share: lower case, without accents, spaces and
/// punctuation. Both `E-posta Adresi` and `e posta adresi` are `epostaadresi`.
pub fn header_key(header: &str) -> String {
    let mut key = String::with_capacity(header.len());
    for letter in header.chars().flat_map(char::to_lowercase) {
        match letter {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ą' => key.push('a'),
            'ç' | 'ć' | 'č' => key.push('c'),
            'ď' | 'đ' => key.push('d'),
            'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => key.push('e'),
            'ğ' => key.push('g'),
            'ì' | 'í' | 'î' | 'ï' | 'ı' => key.push('i'),
            'ł' => key.push('l'),
            'ñ' | 'ń' | 'ň' => key.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ő' => key.push('o'),
            'ř' => key.push('r'),
            'ş' | 'ș' | 'š' | 'ś' => key.push('s'),
            'ţ' | 'ț' | 'ť' => key.push('t'),
            'ù' | 'ú' | 'û' | 'ü' | 'ů' | 'ű' => key.push('u'),
            'ý' | 'ÿ' => key.push('y'),
            'ž' | 'ź' | 'ż' => key.push('z'),
            'ß' => key.push_str("ss"),
            'æ' => key.push_str("ae"),
            'œ' => key.push_str("oe"),
            other if other.is_alphanumeric() => key.push(other),
            _ => {}
        }
    }
    key
}

/// Puts an apostrophe before a cell of a CSV file that a spreadsheet program would compute as a
/// formula.
///
/// A sign before digits, spaces, points, commas and brackets alone belongs to a phone number or an
/// amount and is not escaped. [`validate_value`](crate::validate_value) keeps the apostrophe, except in
/// e-mail addresses and phone numbers.
pub fn escape_formula(cell: &str) -> Cow<'_, str> {
    let is_formula = match cell.as_bytes() {
        [b'=' | b'@' | b'\t' | b'\r' | b'\n', ..] => true,
        [b'+' | b'-', rest @ ..] => {
            let is_harmless = |byte: &u8| byte.is_ascii_digit() || b" .,()".contains(byte);
            !rest.iter().all(is_harmless)
        }
        _ => false,
    };
    if is_formula {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// The value of a cell that may be escaped. Exports also write numbers that must keep their zeros
/// as `="05"`; the value is `05`.
pub(crate) fn unescape_formula(cell: &str) -> &str {
    let mut text = trim_invisible(cell);
    loop {
        let escaped = text
            .strip_prefix('\'')
            .filter(|value| value.starts_with(['=', '+', '-', '@']));
        let quoted = text
            .strip_prefix("=\"")
            .and_then(|value| value.strip_suffix('"'))
            .filter(|value| !value.contains('"'));
        match escaped.or(quoted) {
            Some(value) => text = trim_invisible(value),
            None => return text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_formulas_are_escaped() {
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
    fn escaping_does_not_change_the_value() {
        let mut random = fastrand::Rng::with_seed(11);
        let letters: Vec<char> = "'=+-@a1 ".chars().collect();
        for _ in 0..10_000 {
            let cell: String = (0..random.usize(..6))
                .map(|_| letters[random.usize(..letters.len())])
                .collect();
            let cell = cell.trim();
            assert_eq!(
                unescape_formula(&escape_formula(cell)),
                unescape_formula(cell),
                "{cell:?}"
            );
        }
    }
}
