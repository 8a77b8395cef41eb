//! Collecting the warnings of a staff list.

use crate::columns::{MappedColumn, Mapping};
use crate::email::has_odd_letter_i;
use crate::field::Field;
use crate::read::{CellKind, Sheet};
use crate::warning::{Warning, WarningKind};

/// The first warnings, and how many there are.
#[derive(Clone, Debug, Default)]
pub(super) struct Warnings {
    pub(super) kept: Vec<Warning>,
    pub(super) count: u64,
    /// Whether the warning that is given once was given.
    is_given: bool,
}

impl Warnings {
    /// How many warnings are kept; further ones are only counted.
    pub(super) const KEPT: usize = 10_000;

    /// The warnings about the file and its columns.
    pub(super) fn of_file(sheet: &Sheet, mapping: &Mapping) -> Warnings {
        let mut warnings = Warnings::default();
        for warning in sheet.warnings() {
            warnings.add(|| warning.clone());
        }
        let file = sheet.shared_file_name();
        for column in mapping.columns() {
            if column.is_guess() {
                let warning = || Warning::new(&file, WarningKind::GuessedColumn);
                warnings.add(|| in_mapped_column(warning(), column));
            }
        }
        let is_mapped = |letter: &str| mapping.columns().iter().any(|it| it.letter() == letter);
        let is_ignored = |name: &str| mapping.ignored().iter().any(|it| it == name);
        for header in sheet.headers() {
            let name = header.name();
            if !name.is_empty() && !is_mapped(header.letter()) && !is_ignored(name) {
                let warning = || Warning::new(&file, WarningKind::ColumnLeftOut);
                warnings.add(|| warning().in_column(name, header.letter(), None));
            }
        }
        warnings
    }

    pub(super) fn add(&mut self, warning: impl FnOnce() -> Warning) {
        self.count += 1;
        if self.kept.len() < Warnings::KEPT {
            self.kept.push(warning());
        }
    }

    pub(super) fn add_once(&mut self, warning: impl FnOnce() -> Warning) {
        if !std::mem::replace(&mut self.is_given, true) {
            self.add(warning);
        }
    }
}

pub(super) fn in_mapped_column(warning: Warning, column: &MappedColumn) -> Warning {
    warning.in_column(column.column(), column.letter(), Some(column.field()))
}

/// What is odd about a valid value.
pub(super) fn odd_value(field: &Field, value: &str, kind: CellKind) -> Option<WarningKind> {
    if value.is_empty() {
        return None;
    }
    match field {
        Field::Email | Field::ManagerEmail => {
            has_odd_letter_i(value).then_some(WarningKind::OddLetterI)
        }
        Field::PhoneNumber => has_lost_zeros(value, kind).then_some(WarningKind::LostZeros),
        Field::Priority => None,
        _ if is_escaped(value) => Some(WarningKind::EscapedFormula),
        _ => is_error_word(value).then_some(WarningKind::ErrorWord),
    }
}

/// Whether a number may have lost the zeros or the plus sign before its digits. A country code and a
/// number of a subscriber have more than ten digits together.
fn has_lost_zeros(value: &str, kind: CellKind) -> bool {
    kind != CellKind::FormattedNumber
        && !value.starts_with(['0', '+', '('])
        && value.bytes().filter(u8::is_ascii_digit).count() <= 10
}

fn is_escaped(value: &str) -> bool {
    let mut bytes = value.bytes();
    bytes.next() == Some(b'\'') && bytes.next().is_some_and(|it| b"=+-@\t\r\n".contains(&it))
}

/// Whether a text is a word that programs write where a value is missing.
fn is_error_word(value: &str) -> bool {
    // Spreadsheet programs translate theirs: `#N/A` is `#YOK` in Turkish and `#NV` in German.
    let is_error = || {
        let word = &value[1..];
        word.starts_with(char::is_alphabetic)
            && word.chars().count() <= 12
            && word
                .chars()
                .all(|it| it.is_alphabetic() || "/!?0".contains(it))
            && word.chars().all(|it| !it.is_lowercase())
    };
    match value.as_bytes()[0] {
        b'#' => is_error() || value.eq_ignore_ascii_case("#DIV/0!"),
        b'n' | b'N' | b'u' | b'U' | b'(' | b'[' | b'<' | b'-' => {
            WORDS.iter().any(|word| value.eq_ignore_ascii_case(word))
        }
        _ => false,
    }
}

const WORDS: [&str; 11] = [
    "null",
    "(null)",
    "[null]",
    "<null>",
    "none",
    "(none)",
    "nan",
    "n/a",
    "undefined",
    "-",
    "(blank)",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_values_are_recognised() {
        let check = |field: Field, value: &str, expected: Option<WarningKind>| {
            assert_eq!(
                odd_value(&field, value, CellKind::Text),
                expected,
                "{value}"
            );
        };
        for word in [
            "#N/A", "#YOK", "#DEĞER!", "#DIV/0!", "NULL", "null", "n/a", "NaN", "-",
        ] {
            check(Field::FirstName, word, Some(WarningKind::ErrorWord));
        }
        for name in [
            "Ada", "Nullmann", "Na", "Nil", "#1 Team", "#team", "Undine", "-5",
        ] {
            check(Field::Department, name, None);
        }
        check(Field::LastName, "'=A1", Some(WarningKind::EscapedFormula));
        check(Field::LastName, "'t Hooft", None);
        check(
            Field::PhoneNumber,
            "5321112233",
            Some(WarningKind::LostZeros),
        );
        check(Field::PhoneNumber, "905321112233", None);
        check(Field::PhoneNumber, "0532 111 22 33", None);
        check(
            Field::Email,
            "ılgaz@acme.example",
            Some(WarningKind::OddLetterI),
        );
        check(Field::Email, "jürgen@acme.example", None);
    }
}
