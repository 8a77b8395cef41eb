//! The form of an e-mail address.

use std::borrow::Cow;

use crate::text::{is_invisible, trim_invisible};

/// An e-mail address in lower case, the form in which two addresses are compared.
pub fn normalize_email(email: &str) -> Cow<'_, str> {
    let is_lower = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase();
    if email.bytes().all(is_lower) {
        Cow::Borrowed(email)
    } else {
        Cow::Owned(email.to_lowercase())
    }
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
/// domain with a dot of at most 256.
pub(crate) fn is_email(text: &str) -> bool {
    text.rsplit_once('@')
        .is_some_and(|(local, domain)| is_local_part(local) && is_domain(domain))
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
