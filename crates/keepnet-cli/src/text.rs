//! Text for people: on one line, in singular or plural.

/// Replaces line breaks and other control characters, which could control the terminal.
pub(crate) fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// Parses the value of an option: a text that is not blank. An unset variable of a script must not
/// turn `--department=$DEPARTMENT` into all departments.
pub(crate) fn filled(value: &str) -> Result<String, &'static str> {
    match value.trim() {
        "" => Err("the value is empty"),
        _ => Ok(value.to_owned()),
    }
}

/// A count with its noun, such as `1 row` and `2 rows`.
pub(crate) fn counted(count: u64, singular: &str, plural: &str) -> String {
    format!("{count} {}", if count == 1 { singular } else { plural })
}
