//! The header of a column.

use std::fmt;

use crate::text::{one_line, trim_invisible};

/// The header of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    position: usize,
    text: String,
    letter: String,
}

impl Header {
    pub(crate) fn new(position: usize, text: &str) -> Header {
        Header {
            position,
            text: text.to_owned(),
            letter: letter(position),
        }
    }

    /// The header without spaces and invisible characters around it; empty if the column has none.
    pub fn name(&self) -> &str {
        trim_invisible(&self.text)
    }

    /// The header exactly as in the file.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The letter of the column in a spreadsheet, such as `C`.
    pub fn letter(&self) -> &str {
        &self.letter
    }

    /// The position of the column, from 0.
    pub fn position(&self) -> usize {
        self.position
    }
}

impl fmt::Display for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} \"{}\"", self.letter, one_line(self.name()))
    }
}

/// All headers in one line, as an error lists them.
pub(crate) fn list_headers(headers: &[Header]) -> String {
    let named: Vec<_> = headers
        .iter()
        .filter(|header| !header.name().is_empty())
        .map(Header::to_string)
        .collect();
    named.join(", ")
}

/// The name of a column in a spreadsheet: A to Z, then AA and so on.
pub(crate) fn letter(position: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = position + 1;
    while rest > 0 {
        let digit = (rest - 1) % 26;
        letters.push(char::from(b'A' + digit as u8));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::letter;

    #[test]
    fn columns_have_spreadsheet_letters() {
        for (position, expected) in [
            (0, "A"),
            (2, "C"),
            (25, "Z"),
            (26, "AA"),
            (701, "ZZ"),
            (702, "AAA"),
            (16_383, "XFD"),
        ] {
            assert_eq!(letter(position), expected);
        }
    }
}
