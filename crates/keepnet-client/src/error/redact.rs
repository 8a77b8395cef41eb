//! Removing personal data from texts of the service.

/// Longest message taken over from the service, in characters.
const LIMIT: usize = 300;

/// Makes a text of the service fit for a log: one line, at most 300 characters, and nothing in it
/// that looks like an e-mail address.
#[must_use]
pub fn redact(text: &str) -> String {
    let mut line = String::new();
    for word in text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|w| !w.is_empty())
    {
        if !line.is_empty() {
            line.push(' ');
        }
        if word.contains(['@', '＠']) || word.to_ascii_lowercase().contains("%40") {
            line.push_str("[redacted]");
        } else {
            line.push_str(word);
        }
    }
    if line.chars().count() > LIMIT {
        line = line.chars().take(LIMIT).collect();
        line.push('…');
    }
    line
}
