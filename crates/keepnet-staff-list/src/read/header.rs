//! The head of a column.

use std::fmt;

use super::row::trimmed;

/// The head of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    position: usize,
    text: String,
    letter: String,
}

impl Header {
    pub(super) fn new(position: usize, text: &str) -> Header {
        Header {
            position,
            text: text.to_owned(),
            letter: letter(position),
        }
    }

    /// The header without spaces and invisible characters around it; empty if the column has none.
    pub fn name(&self) -> &str {
        trimmed(&self.text)
    }

    /// The header exactly as it stands in the file.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The column as a spreadsheet names it, such as `C`.
    pub fn letter(&self) -> &str {
        &self.letter
    }

    /// The column counted from 0.
    pub fn position(&self) -> usize {
        self.position
    }
}

impl fmt::Display for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} \"{}\"", self.letter, one_line(self.name()))
    }
}

/// `text` as it can stand in a line.
pub(crate) fn one_line(text: &str) -> String {
    let line = text.replace(|letter: char| letter.is_control(), " ");
    line.trim().to_owned()
}

fn letter(position: usize) -> String {
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
    fn columns_are_lettered_as_in_a_spreadsheet() {
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
