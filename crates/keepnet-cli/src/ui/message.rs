//! Messages on standard error.

use std::io::{self, Write as _};

use crate::text::one_line;

/// Prints a line to standard error.
pub(crate) fn print_message(line: &str) {
    // If standard error is closed, nobody can be informed.
    let _ = writeln!(io::stderr(), "{}", one_line(line));
}
