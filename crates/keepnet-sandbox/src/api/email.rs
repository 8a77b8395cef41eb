//! The syntax of e-mail addresses.

/// The longest address that the service accepts, in characters.
pub(super) const MAX_LENGTH: usize = 320;

/// Whether a text is an address: a local part of up to 64 characters, and a domain of up to 256 with
/// at least two labels.
pub(super) fn is_valid(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    text.chars().count() <= MAX_LENGTH && is_local_part(local) && is_domain(domain)
}

fn is_local_part(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~-.".contains(c);
    (1..=64).contains(&text.len())
        && text.chars().all(allowed)
        && !text.starts_with('.')
        && !text.ends_with('.')
        && !text.contains("..")
}

fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 256 && text.contains('.') && text.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_accepted_and_other_texts_refused() {
        let check = |text: &str, expected: bool| assert_eq!(is_valid(text), expected, "{text}");
        check("user0@acme.example", true);
        check("o'brien+tag@mail.acme.example", true);
        check("jörg@acme.example", false);
        check("user@bücher.example", true);
        for text in [
            "",
            "not-an-address",
            "@acme.example",
            "a@b",
            "a b@acme.example",
            "a@.example",
            "a@acme.example.",
        ] {
            check(text, false);
        }
        check(".a@acme.example", false);
        check("a..b@acme.example", false);
        check(&format!("{}@acme.example", "x".repeat(65)), false);
    }
}
