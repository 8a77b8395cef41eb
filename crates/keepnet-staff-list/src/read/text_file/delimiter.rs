//! The character between two cells of a text file.

use std::fmt;
use std::io::Read;

/// The character between two cells of a text file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Delimiter {
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// A tab character.
    Tab,
    /// `|`
    Pipe,
}

impl Delimiter {
    const ALL: [Delimiter; 4] = [
        Delimiter::Comma,
        Delimiter::Semicolon,
        Delimiter::Tab,
        Delimiter::Pipe,
    ];

    /// The character itself.
    pub fn character(self) -> char {
        char::from(self.byte())
    }

    fn byte(self) -> u8 {
        match self {
            Delimiter::Comma => b',',
            Delimiter::Semicolon => b';',
            Delimiter::Tab => b'\t',
            Delimiter::Pipe => b'|',
        }
    }

    /// Finds the delimiter in the beginning of a file. A first line such as `sep=;`, which
    /// spreadsheet programs write and hide, names it; the result says whether there is one.
    ///
    /// A sample that is `cut_off` may end in the middle of a record.
    pub(super) fn detect(sample: &str, cut_off: bool) -> (Delimiter, bool) {
        match named_delimiter(sample) {
            Some(delimiter) => (delimiter, true),
            None => (likely_delimiter(sample, cut_off), false),
        }
    }

    pub(super) fn reader<R: Read>(self, text: R) -> csv::Reader<R> {
        csv::ReaderBuilder::new()
            .delimiter(self.byte())
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(64 << 10)
            .from_reader(text)
    }
}

impl fmt::Display for Delimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Delimiter::Comma => ",",
            Delimiter::Semicolon => ";",
            Delimiter::Tab => "tab",
            Delimiter::Pipe => "|",
        })
    }
}

/// The delimiter of a first line such as `sep=;`.
fn named_delimiter(sample: &str) -> Option<Delimiter> {
    let line = sample.lines().next()?.trim_matches('"');
    let (word, delimiter) = line.split_once('=')?;
    let mut delimiters = Delimiter::ALL.into_iter();
    let found = delimiters.find(|one| delimiter == one.character().encode_utf8(&mut [0; 4]));
    found.filter(|_| word.eq_ignore_ascii_case("sep"))
}

const SAMPLED_RECORDS: usize = 50;

/// The delimiter that splits most of the first records into the same number of cells.
fn likely_delimiter(sample: &str, cut_off: bool) -> Delimiter {
    let weigh = |delimiter: &Delimiter| {
        let mut widths: Vec<usize> = delimiter
            .reader(sample.as_bytes())
            .records()
            .take(SAMPLED_RECORDS)
            .map_while(Result::ok)
            .map(|record| record.len())
            .collect();
        if cut_off && widths.len() > 1 && widths.len() < SAMPLED_RECORDS {
            widths.pop();
        }
        // In a list of one column, a character in a few of the cells is not a delimiter.
        let split = widths.iter().filter(|width| **width > 1).count();
        if split * 3 < widths.len() {
            return 0;
        }
        let weight = |width: &usize| {
            let agreeing = widths.iter().filter(|other| *other == width).count();
            agreeing * (width - 1)
        };
        widths.iter().map(weight).max().unwrap_or(0)
    };
    // `max_by_key` returns the last of several maxima: in reverse order, the first of `ALL`.
    let reversed = Delimiter::ALL.into_iter().rev();
    reversed.max_by_key(weigh).unwrap_or(Delimiter::Comma)
}
