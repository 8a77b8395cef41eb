//! Text for people: on one line, in singular or plural.

/// Replaces line breaks and other control characters, which could control the terminal.
pub(crate) fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// A count with its noun, such as `1 row` and `2 rows`.
pub(crate) fn counted(count: u64, singular: &str, plural: &str) -> String {
    format!("{count} {}", if count == 1 { singular } else { plural })
}
