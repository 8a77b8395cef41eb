use anyhow::Result;
use std::io::{ErrorKind, Write};

/// Writes a line to standard output; a reader that has left, as `head` does, ends the program quietly.
pub(crate) fn say(text: impl std::fmt::Display) -> Result<()> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
        written => Ok(written?),
    }
}
