//! What a cell must look like to be accepted.
//!
//! Every limit is the one with which the service creates a target user.

use std::borrow::Cow;

use super::problem::ProblemKind;
use crate::field::Field;
use crate::priority::{Priority, UnknownPriority};
use crate::read::{is_invisible, trimmed};
use crate::text::without_guard;

/// The text to send for a cell of `field`, or why it is refused.
///
/// An empty cell is accepted, except for the e-mail address.
///
/// # Errors
///
/// The [`ProblemKind`] for which a row with this cell is rejected.
pub fn validate_value<'a>(field: &Field, text: &'a str) -> Result<Cow<'a, str>, ProblemKind> {
    let text = without_guard(text);
    let text = match field {
        Field::Email | Field::ManagerEmail => address(text),
        _ => Cow::Borrowed(text),
    };
    if text.contains(is_no_text) {
        return Err(ProblemKind::ControlCharacter);
    }
    bound(&text, limit(field))?;
    match text {
        Cow::Borrowed(text) => validate_normalized(field, text),
        Cow::Owned(text) => {
            validate_normalized(field, &text).map(|text| Cow::Owned(text.into_owned()))
        }
    }
}

fn validate_normalized<'a>(field: &Field, text: &'a str) -> Result<Cow<'a, str>, ProblemKind> {
    match field {
        Field::Email if text.is_empty() => Err(ProblemKind::MissingEmail),
        _ if text.is_empty() => Ok(Cow::Borrowed(text)),
        Field::Email | Field::ManagerEmail if !is_email(text) => Err(ProblemKind::NotAnEmail),
        Field::PhoneNumber => phone(text),
        // In the spelling that the service reads in a file.
        Field::Priority => match text.parse::<Priority>() {
            Ok(priority) => Ok(Cow::Borrowed(priority.wire_name())),
            Err(UnknownPriority) => Err(ProblemKind::UnknownPriority),
        },
        _ => Ok(Cow::Borrowed(text)),
    }
}

/// Whether a text has the form of an e-mail address: a local part of at most
/// 64 characters, and a domain with a dot of at most 256.
pub(crate) fn looks_like_email(text: &str) -> bool {
    is_email(trimmed(text))
}

/// An e-mail address without what a copied link leaves in it: `mailto:`, and
/// characters that nobody sees.
fn address(text: &str) -> Cow<'_, str> {
    const LINK: &str = "mailto:";
    let text = match text.get(..LINK.len()) {
        Some(begin) if begin.eq_ignore_ascii_case(LINK) => trimmed(&text[LINK.len()..]),
        _ => text,
    };
    if text.contains(is_invisible) {
        Cow::Owned(text.replace(is_invisible, ""))
    } else {
        Cow::Borrowed(text)
    }
}

/// Control characters other than line ends and tabs, which a cell may have.
fn is_no_text(letter: char) -> bool {
    letter.is_ascii_control() && !matches!(letter, '\t' | '\n' | '\r')
}

fn limit(field: &Field) -> usize {
    match field {
        Field::Email | Field::ManagerEmail => 320,
        Field::FirstName
        | Field::LastName
        | Field::Department
        | Field::ManagerFirstName
        | Field::ManagerLastName => 256,
        // The import cuts any column off here.
        _ => 255,
    }
}

fn bound(text: &str, limit: usize) -> Result<(), ProblemKind> {
    if text.len() <= limit {
        return Ok(());
    }
    match text.chars().count() {
        length if length > limit => Err(ProblemKind::TooLong { limit, length }),
        _ => Ok(()),
    }
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    is_local_part(local) && is_domain(domain)
}

fn is_local_part(local: &str) -> bool {
    let is_allowed =
        |letter: char| letter.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(letter);
    (1..=64).contains(&local.chars().count())
        && local.chars().all(is_allowed)
        && local.split('.').all(|part| !part.is_empty())
}

fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.chars().count())
            && label
                .chars()
                .all(|letter| letter.is_alphanumeric() || letter == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let top = domain.rsplit('.').next().unwrap_or_default();
    domain.chars().count() <= 256
        && domain.contains('.')
        && domain.split('.').all(is_label)
        && !top.chars().all(|letter| letter.is_ascii_digit())
}

const PHONE_LENGTH: usize = 17;

/// A phone number without the spaces and signs between its digits: the
/// service counts them, but they say nothing.
fn phone(text: &str) -> Result<Cow<'_, str>, ProblemKind> {
    let is_separator = |letter: char| letter.is_whitespace() || "-.()/".contains(letter);
    let mut length = 0;
    let mut digits = 0;
    for letter in text.chars() {
        match letter {
            '0'..='9' => digits += 1,
            '+' if length == 0 => {}
            other if is_separator(other) => continue,
            _ => return Err(ProblemKind::NotAPhone),
        }
        length += 1;
    }
    if digits == 0 {
        return Err(ProblemKind::NotAPhone);
    }
    if length > PHONE_LENGTH {
        return Err(ProblemKind::TooLong {
            limit: PHONE_LENGTH,
            length,
        });
    }
    if text.chars().count() <= PHONE_LENGTH {
        return Ok(Cow::Borrowed(text));
    }
    Ok(Cow::Owned(
        text.chars()
            .filter(|letter| !is_separator(*letter))
            .collect(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(field: Field, text: &str, expected: Result<&str, ProblemKind>) {
        let judged = validate_value(&field, text);
        assert_eq!(
            judged.as_deref().map_err(Clone::clone),
            expected,
            "{field} {text:?}"
        );
    }

    #[test]
    fn an_email_address_has_a_local_part_and_a_domain() {
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
    fn a_phone_number_is_digits_with_separators() {
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
    fn a_priority_is_known_in_any_spelling() {
        let check = |text, expected| check(Field::Priority, text, expected);
        check("Very High", Ok("VeryHigh"));
        check("very-low", Ok("VeryLow"));
        check("MEDIUM", Ok("Medium"));
        check("", Ok(""));
        check("urgent", Err(ProblemKind::UnknownPriority));
    }

    #[test]
    fn every_field_has_a_length() {
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
