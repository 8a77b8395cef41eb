//! The rules for a value that hold for every company.
//!
//! Every limit is the one with which the service creates a target user.

use std::borrow::Cow;

use super::problem::ProblemKind;
use crate::email::{is_email, without_link};
use crate::field::Field;
use crate::priority::{Priority, UnknownPriority};
use crate::text::{escape_formula, unescape_formula};

/// The value to send for a cell of `field`.
///
/// An empty cell is valid, except for the e-mail address.
///
/// # Errors
///
/// The [`ProblemKind`] for which a row with this cell is rejected.
pub fn validate_value<'a>(field: &Field, text: &'a str) -> Result<Cow<'a, str>, ProblemKind> {
    let text = unescape_formula(text);
    let text = match field {
        Field::Email | Field::ManagerEmail => without_link(text),
        // Signs and digits alone are no formula, and an apostrophe would be a part of the number.
        Field::PhoneNumber => Cow::Borrowed(text),
        // The service stores what it reads, and its exports would hold a live formula.
        _ => escape_formula(text),
    };
    // Most texts have neither, and looking at bytes is much faster than decoding letters.
    if text.bytes().any(is_suspect) {
        if text.contains(char::REPLACEMENT_CHARACTER) {
            return Err(ProblemKind::LostLetter);
        }
        if text.contains(is_control_character) {
            return Err(ProblemKind::ControlCharacter);
        }
    }
    let limit = max_length(field);
    // Counting characters is slow, and a text never has more of them than bytes.
    if text.len() > limit {
        let length = text.chars().count();
        if length > limit {
            return Err(ProblemKind::TooLong { limit, length });
        }
    }
    match text {
        Cow::Borrowed(text) => validate_trimmed(field, text),
        Cow::Owned(text) => {
            validate_trimmed(field, &text).map(|text| Cow::Owned(text.into_owned()))
        }
    }
}

/// The value to send for a cell of `field` in a valid row; an invalid value is returned unchanged.
pub fn normalized_value<'a>(field: &Field, text: &'a str) -> Cow<'a, str> {
    validate_value(field, text).unwrap_or(Cow::Borrowed(text))
}

fn validate_trimmed<'a>(field: &Field, text: &'a str) -> Result<Cow<'a, str>, ProblemKind> {
    match field {
        Field::Email if text.is_empty() => Err(ProblemKind::MissingEmail),
        _ if text.is_empty() => Ok(Cow::Borrowed(text)),
        Field::Email | Field::ManagerEmail if !is_email(text) => Err(ProblemKind::NotAnEmail),
        Field::PhoneNumber => validate_phone(text),
        // In the spelling that the service reads in a file.
        Field::Priority => match text.parse::<Priority>() {
            Ok(priority) => Ok(Cow::Borrowed(priority.wire_name())),
            Err(UnknownPriority) => Err(ProblemKind::UnknownPriority),
        },
        _ => Ok(Cow::Borrowed(text)),
    }
}

/// Whether a byte is a control character, or may begin one in UTF-8, or U+FFFD.
fn is_suspect(byte: u8) -> bool {
    byte < 0x20 || matches!(byte, 0x7F | 0xC2 | 0xEF)
}

/// Whether a character is a control character other than line ends and tabs, which a cell may have.
fn is_control_character(letter: char) -> bool {
    letter.is_control() && !matches!(letter, '\t' | '\n' | '\r')
}

/// The most characters that a field may have.
fn max_length(field: &Field) -> usize {
    match field {
        Field::Email | Field::ManagerEmail => 320,
        Field::FirstName
        | Field::LastName
        | Field::Department
        | Field::ManagerFirstName
        | Field::ManagerLastName => 256,
        // Two names and a space.
        Field::FullName => 513,
        // The import of the service cuts off every other column here.
        _ => 255,
    }
}

const PHONE_LENGTH: usize = 17;

/// A phone number; one that is too long for the service loses the spaces and signs between its
/// digits, which the service counts.
fn validate_phone(text: &str) -> Result<Cow<'_, str>, ProblemKind> {
    let is_separator = |letter: char| letter.is_whitespace() || "-.()/".contains(letter);
    let number: String = text.chars().filter(|it| !is_separator(*it)).collect();
    let digits = number.strip_prefix('+').unwrap_or(&number);
    let is_number = !digits.is_empty() && digits.chars().all(|letter| letter.is_ascii_digit());
    let is_odd = || is_date(text) || is_fraction(text) || is_list(text);
    if !is_number || (text.len() > number.len() && is_odd()) {
        return Err(ProblemKind::NotAPhone);
    }
    let (limit, length) = (PHONE_LENGTH, number.len());
    if length > limit {
        return Err(ProblemKind::TooLong { limit, length });
    }
    if text.chars().count() <= limit {
        return Ok(Cow::Borrowed(text));
    }
    Ok(Cow::Owned(number))
}

/// Whether a text is a day, such as `2024-03-05` and `5.3.2024`.
fn is_date(text: &str) -> bool {
    ['-', '.', '/'].into_iter().any(|separator| {
        let mut parts = text.split(separator).map(str::trim);
        let mut next = || parts.next();
        let (Some(first), Some(second), Some(third), None) = (next(), next(), next(), next())
        else {
            return false;
        };
        let is_within = |part: &str, most: u32| {
            part.len() <= 2 && part.parse().is_ok_and(|it: u32| (1..=most).contains(&it))
        };
        let is_year =
            |part: &str| part.len() == 4 && (part.starts_with("19") || part.starts_with("20"));
        let is_day = |one: &str, other: &str| {
            (is_within(one, 31) && is_within(other, 12))
                || (is_within(one, 12) && is_within(other, 31))
        };
        (is_year(first) && is_day(second, third)) || (is_year(third) && is_day(first, second))
    })
}

/// Whether a text is a number with decimals, which no phone number has.
fn is_fraction(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|it| it.is_ascii_digit());
    digits.split_once('.').is_some_and(|(whole, decimals)| {
        whole.len() >= 7 && decimals.len() <= 2 && is_digits(whole) && is_digits(decimals)
    })
}

/// Whether a text is several numbers. A `/` of one number is behind the area code.
fn is_list(text: &str) -> bool {
    let Some((area, rest)) = text.split_once('/') else {
        return false;
    };
    let digits = |part: &str| part.bytes().filter(u8::is_ascii_digit).count();
    let begins = |part: &str| part.trim_start_matches([' ', '(']).starts_with(['0', '+']);
    rest.contains('/') || digits(area) > 7 || !begins(area) || begins(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(field: Field, text: &str, expected: Result<&str, ProblemKind>) {
        let value = validate_value(&field, text);
        assert_eq!(
            value.as_deref().map_err(Clone::clone),
            expected,
            "{field} {text:?}"
        );
    }

    #[test]
    fn email_has_a_local_part_and_a_domain() {
        for good in [
            "a@b.io",
            "first.last+tag@sub.acme.example",
            "o'brien@acme.example",
            "jürgen@müller.example",
            "x@xn--mller-kva.example",
        ] {
            check(Field::Email, good, Ok(good));
            check(Field::ManagerEmail, good, Ok(good));
        }
        let long_local = format!("{}@acme.example", "x".repeat(65));
        let long_domain = format!("x@{}example", "abcdefgh.".repeat(29));
        for bad in [
            "not-an-address",
            "@acme.example",
            "x@",
            "x@acme",
            "x@.example",
            "x@acme..example",
            "x@acme.example.",
            "x y@acme.example",
            ".x@acme.example",
            "x.@acme.example",
            "x@-acme.example",
            "x@10.0.0.1",
            "x@acme.example;y@acme.example",
            "<x@acme.example>",
            long_local.as_str(),
            long_domain.as_str(),
        ] {
            check(Field::Email, bad, Err(ProblemKind::NotAnEmail));
        }
        check(Field::Email, "  ", Err(ProblemKind::MissingEmail));
        check(Field::ManagerEmail, "", Ok(""));
    }

    #[test]
    fn phone_number_is_digits_with_separators() {
        let check = |text, expected| check(Field::PhoneNumber, text, expected);
        check("905300000000", Ok("905300000000"));
        check("+905300000000", Ok("+905300000000"));
        check("'+905300000000", Ok("+905300000000"));
        check("+90 530 000 00 00", Ok("+90 530 000 00 00"));
        check("+90 (530) 000-00-00", Ok("+905300000000"));
        check("", Ok(""));
        check("n/a", Err(ProblemKind::NotAPhone));
        check("-", Err(ProblemKind::NotAPhone));
        check("90+530", Err(ProblemKind::NotAPhone));
        check("9.053E+11", Err(ProblemKind::NotAPhone));
        check(
            "+12345678901234567",
            Err(ProblemKind::TooLong {
                limit: 17,
                length: 18,
            }),
        );
    }

    #[test]
    fn priority_matches_in_any_spelling() {
        let check = |text, expected| check(Field::Priority, text, expected);
        check("Very High", Ok("VeryHigh"));
        check("very-low", Ok("VeryLow"));
        check("MEDIUM", Ok("Medium"));
        check("", Ok(""));
        check("urgent", Err(ProblemKind::UnknownPriority));
    }

    #[test]
    fn every_field_has_a_maximum_length() {
        for (field, limit) in [
            (Field::FirstName, 256),
            (Field::LastName, 256),
            (Field::Department, 256),
            (Field::ManagerFirstName, 256),
            (Field::ManagerLastName, 256),
            (Field::TimeZone, 255),
            (Field::PreferredLanguage, 255),
            (Field::Custom("Badge".to_owned()), 255),
        ] {
            let fits = "ğ".repeat(limit);
            check(field.clone(), &fits, Ok(&fits));
            let length = limit + 1;
            check(
                field,
                &"ğ".repeat(length),
                Err(ProblemKind::TooLong { limit, length }),
            );
        }
    }
}
