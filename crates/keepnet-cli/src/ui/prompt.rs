//! Asking a person at the terminal before something is written.

use std::io::{self, IsTerminal as _, Write as _};

use crate::exit::{Failure, Status};

/// Whether somebody is there to be asked.
pub(crate) fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks at the terminal; anything but a yes is a no.
pub(crate) async fn confirm(question: &str) -> Result<bool, Failure> {
    let question = format!("{question} [y/N] ");
    // Nobody can be told that standard error is closed.
    let _ = io::stderr().write_all(question.as_bytes());
    let unreadable = || {
        Failure::new(
            Status::Failed,
            "the answer cannot be read; nothing was written",
        )
    };
    // Away from the threads that watch for Ctrl-C.
    let reading = tokio::task::spawn_blocking(|| {
        let mut answer = String::new();
        io::stdin().read_line(&mut answer).map(|_| answer)
    });
    let answer = reading
        .await
        .map_err(|error| unreadable().caused_by(error))?
        .map_err(|error| unreadable().caused_by(error))?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
