//! The user's pager, for a table that does not fit the terminal.

use std::env;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::{Command, Stdio};

/// Shows the text in the program of `PAGER`, and waits until the user leaves it. Returns `false`, and
/// shows nothing, if the text fits the terminal, if standard input or output is no terminal, or if
/// the program does not start or fails.
pub(super) fn show(text: &[u8]) -> bool {
    let (out, input) = (io::stdout(), io::stdin());
    let Some((_, height)) = terminal_size::terminal_size_of(&out) else {
        return false;
    };
    let lines = text.iter().filter(|byte| **byte == b'\n').count();
    let fits = lines < usize::from(height.0);
    if fits || !out.is_terminal() || !input.is_terminal() {
        return false;
    }
    let Ok(pager) = env::var("PAGER") else {
        return false;
    };
    let mut words = pager.split_whitespace();
    let Some(program) = words.next() else {
        return false;
    };
    let started = Command::new(program)
        .args(words)
        .stdin(Stdio::piped())
        .spawn();
    let Ok(mut pager) = started else {
        return false;
    };
    if let Some(mut input) = pager.stdin.take() {
        // A user who leaves the pager early has seen enough.
        let _ = input.write_all(text);
    }
    // A pager that fails may have shown nothing.
    pager.wait().is_ok_and(|status| status.success())
}
