//! Messages on standard error.

use std::io::{self, Write as _};

use super::format::Format;
use crate::exit::{CliError, ExitStatus};
use crate::text::one_line;

/// Prints a line to standard error.
pub(crate) fn print_message(line: &str) {
    // If standard error is closed, nobody can be informed.
    let _ = writeln!(io::stderr(), "{}", one_line(line));
}

/// Prints an error to standard error: lines for people, or one line of JSON.
pub(crate) fn print_error(error: &CliError, format: Format, with_causes: bool) {
    let text = match format {
        // The reader of standard output has closed it, which is no failure.
        _ if error.status() == ExitStatus::Done => String::new(),
        Format::Json | Format::Ndjson => match serde_json::to_string(&error.document()) {
            Ok(document) => document + "\n",
            Err(_) => error.render(with_causes),
        },
        Format::Table | Format::Csv => error.render(with_causes),
    };
    // If standard error is closed, nobody can be informed.
    let _ = io::stderr().write_all(text.as_bytes());
}
