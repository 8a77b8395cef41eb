//! A question at the terminal before a command writes.

use std::io::{self, Write as _};

use super::settings::is_interactive;
use crate::exit::{CliError, Result};

/// Fails if a change needs a confirmation and nobody can be asked for it. The change is the subject of a
/// sentence, such as `deleting users`.
pub(crate) fn ensure_confirmable(is_confirmed: bool, change: &str, hint: &str) -> Result<()> {
    if is_confirmed || is_interactive() {
        return Ok(());
    }
    let problem = format!("{change} needs a confirmation, and no question can be asked");
    Err(CliError::usage(problem).with_hint(hint))
}

/// Asks a question, and fails if the answer is no.
pub(crate) async fn require_confirmation(question: &str) -> Result<()> {
    match confirm(question).await? {
        true => Ok(()),
        false => Err(CliError::failed("not confirmed; nothing was written")),
    }
}

/// Asks a question; every answer except `y` and `yes` means no. What was typed before the question is
/// dropped, because it does not answer it.
pub(crate) async fn confirm(question: &str) -> Result<bool> {
    drop_pending_input();
    // If standard error is closed, nobody can be informed.
    let _ = write!(io::stderr(), "{question} [y/N] ");
    // Reading blocks: on a thread of its own it does not delay the reaction to Ctrl-C.
    let reading = tokio::task::spawn_blocking(|| io::stdin().lines().next().transpose());
    let answer = reading.await.map_err(io::Error::other).flatten();
    let answer = answer.map_err(|error| {
        CliError::failed("the answer cannot be read; nothing was written").with_source(error)
    })?;
    let answer = answer.unwrap_or_default().trim().to_lowercase();
    Ok(matches!(answer.as_str(), "y" | "yes"))
}

#[cfg(unix)]
fn drop_pending_input() {
    // If standard input is no terminal, it holds no input of this kind.
    let _ = rustix::termios::tcflush(io::stdin(), rustix::termios::QueueSelector::IFlush);
}

/// The console of Windows drops its input only by calls that are not memory-safe.
#[cfg(not(unix))]
fn drop_pending_input() {}
