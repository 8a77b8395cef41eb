//! The form of an e-mail address.

use std::borrow::Cow;

use crate::text::{is_invisible, trim_invisible};

/// An e-mail address in the form in which two addresses are compared: in lower case, and with `İ`
/// and `ı` as `i`. The service compares without regard to case; it is not known what it makes of `İ` and
/// `ı`, so [`WarningKind::OddLetterI`](crate::WarningKind::OddLetterI) asks a person to look.
pub fn normalize_email(email: &str) -> Cow<'_, str> {
    let is_lower = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase();
    if email.bytes().all(is_lower) {
        return Cow::Borrowed(email);
    }
    // `İ` in lower case is an `i` with a dot of its own.
    let lower = email.to_lowercase().replace("i\u{307}", "i");
    Cow::Owned(lower.replace('\u{131}', "i"))
}

/// Whether an address has an `İ` or `ı`.
pub(crate) fn has_odd_letter_i(email: &str) -> bool {
    !email.is_ascii() && email.contains(['\u{130}', '\u{131}', '\u{307}'])
}

/// An e-mail address without the rests of a copied link: `mailto:` and invisible characters.
pub(crate) fn without_link(text: &str) -> Cow<'_, str> {
    const LINK: &str = "mailto:";
    let text = match text.get(..LINK.len()) {
        Some(begin) if begin.eq_ignore_ascii_case(LINK) => trim_invisible(&text[LINK.len()..]),
        _ => text,
    };
    if text.contains(is_invisible) {
        Cow::Owned(text.replace(is_invisible, ""))
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether a text has the form of an e-mail address: a local part of at most 64 characters, and a
/// domain with a dot of at most 256. One that begins as a formula is none, because it would be one in
/// every export.
pub(crate) fn is_email(text: &str) -> bool {
    text.rsplit_once('@')
        .is_some_and(|(local, domain)| is_local_part(local) && is_domain(domain))
}

fn is_local_part(local: &str) -> bool {
    let is_allowed =
        |letter: char| letter.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(letter);
    (1..=64).contains(&local.chars().count())
        && !local.starts_with(['=', '+', '-'])
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
