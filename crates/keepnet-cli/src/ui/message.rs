//! Messages on standard error.

use std::io::{self, Write as _};

use super::format::Format;
use super::settings::{Settings, has_color_on_stderr};
use crate::exit::{CliError, ExitStatus};
use crate::text::one_line;

/// The labels at the start of a line, with the escape code of their colour.
const LABELS: [(&str, &str); 4] = [
    ("error:", "\x1b[1;31m"),
    (WARNING, "\x1b[1;33m"),
    ("hint:", "\x1b[1;36m"),
    ("note:", "\x1b[1;36m"),
];
const WARNING: &str = "warning:";
const RESET: &str = "\x1b[0m";

/// Prints a line to standard error; with `--quiet` only a warning.
pub(crate) fn print_message(line: &str) {
    let line = one_line(line);
    if Settings::current().is_quiet && !line.starts_with(WARNING) {
        return;
    }
    // If standard error is closed, nobody can be informed.
    let _ = writeln!(io::stderr(), "{}", with_color(&line, has_color_on_stderr()));
}

/// Prints a line to standard error that is a part of the result, also with `--quiet`.
pub(crate) fn print_answer(line: &str) {
    // If standard error is closed, nobody can be informed.
    let line = with_color(&one_line(line), has_color_on_stderr());
    let _ = writeln!(io::stderr(), "{line}");
}

/// Prints an error to standard error: lines for people, or one line of JSON.
pub(crate) fn print_error(error: &CliError, format: Format, with_causes: bool) {
    let lines = || -> String {
        let has_color = has_color_on_stderr();
        let text = error.render(with_causes);
        let lines = text.lines().map(|line| with_color(line, has_color) + "\n");
        lines.collect()
    };
    let text = match format {
        // The reader of standard output has closed it, which is no failure.
        _ if error.status() == ExitStatus::Done => String::new(),
        Format::Json | Format::Ndjson => match serde_json::to_string(&error.document()) {
            Ok(document) => document + "\n",
            Err(_) => lines(),
        },
        Format::Table | Format::Csv => lines(),
    };
    // If standard error is closed, nobody can be informed.
    let _ = io::stderr().write_all(text.as_bytes());
}

/// The line, whose label has its colour.
fn with_color(line: &str, has_color: bool) -> String {
    let mut labels = LABELS.iter().filter(|_| has_color);
    let colored = labels.find_map(|(label, color)| {
        let rest = line.strip_prefix(label)?;
        Some(format!("{color}{label}{RESET}{rest}"))
    });
    colored.unwrap_or_else(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_have_a_colour() {
        let check = |line: &str, has_color: bool, expected: &str| {
            assert_eq!(with_color(line, has_color), expected);
        };
        check("error: no", true, "\x1b[1;31merror:\x1b[0m no");
        check("error: no", false, "error: no");
        check("an error: no", true, "an error: no");
    }
}
