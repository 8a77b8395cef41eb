//! Text for people: on one line, in singular or plural.

use std::borrow::Cow;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// Replaces line breaks and other control characters, which could control the terminal, and the characters
/// that set the direction of a text, which could show a line in another order than it has.
pub(crate) fn one_line(text: &str) -> String {
    let sets_direction =
        |letter: char| matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.replace(
        |letter: char| letter.is_control() || sets_direction(letter),
        " ",
    )
}

/// A number of seconds since 1970 as RFC 3339 in UTC.
pub(crate) fn rfc_3339(seconds: u64) -> String {
    let time = i64::try_from(seconds).ok();
    let time = time.and_then(|it| Timestamp::from_second(it).ok());
    time.unwrap_or(Timestamp::MAX).to_string()
}

/// A message without the middle of what is too long for a person, such as a file in the place of a name.
pub(crate) fn shortened(message: &str) -> Cow<'_, str> {
    const START: usize = 1500;
    const END: usize = 300;
    let length = message.chars().count();
    if length <= START + END {
        return message.into();
    }
    let start: String = message.chars().take(START).collect();
    let end: String = message.chars().skip(length - END).collect();
    format!("{start} [...] {end}").into()
}

/// Parses the value of an option: a duration such as `90s`, `10m` or `2h`.
pub(crate) fn duration(text: &str) -> Result<Duration, &'static str> {
    let parsed = text.parse::<SignedDuration>().ok();
    let duration = parsed.and_then(|it| Duration::try_from(it).ok());
    let duration = duration.filter(|it| !it.is_zero());
    duration.ok_or("write a duration such as 90s, 10m or 2h")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_control_the_terminal() {
        let check = |text: &str, expected: &str| assert_eq!(one_line(text), expected, "{text:?}");
        check("a\r\nb\u{1b}[2J", "a  b [2J");
        check("\u{202e}cilbup\u{202c} \u{2066}x\u{2069}", " cilbup   x ");
        check("\u{5d0}\u{5d1}", "\u{5d0}\u{5d1}");
    }
}
