//! Lines on standard output.

use anyhow::Result;
use std::io::{ErrorKind, Write};

/// Writes a line to standard output; exits without a message if the reader has left, as `head` does.
pub(crate) fn say(text: impl std::fmt::Display) -> Result<()> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
        written => Ok(written?),
    }
}
