//! Answers that are typed at the terminal: a text, and a secret that is not shown.

use std::io::{self, Write as _};

use crate::exit::{CliError, Result};

/// Asks for a text, until the end of the line.
pub(crate) async fn ask(question: &str) -> Result<String> {
    // If standard error is closed, nobody can be informed.
    let _ = write!(io::stderr(), "{question}: ");
    // Reading blocks: on a thread of its own it does not delay the reaction to Ctrl-C.
    let reading = tokio::task::spawn_blocking(|| io::stdin().lines().next().transpose());
    let answer = reading.await.map_err(io::Error::other).flatten();
    let answer =
        answer.map_err(|error| CliError::failed("the answer cannot be read").with_source(error))?;
    Ok(answer.unwrap_or_default().trim().to_owned())
}

/// Asks for a secret, which the terminal does not show.
#[cfg(unix)]
pub(crate) async fn ask_secret(question: &str) -> Result<String> {
    let hidden = unix::HiddenInput::start().map_err(|error| {
        let problem = "the terminal cannot hide what is typed";
        CliError::failed(problem).with_source(error)
    })?;
    let answer = ask(question).await;
    drop(hidden);
    // The line break that was typed was not shown either.
    let _ = writeln!(io::stderr());
    answer
}

/// The console of Windows hides input only by calls that are not memory-safe.
#[cfg(not(unix))]
pub(crate) async fn ask_secret(_: &str) -> Result<String> {
    let problem = "the secret cannot be typed unseen on this system";
    Err(CliError::usage(problem).with_hint("read it from a file with --secret-file FILE"))
}

#[cfg(unix)]
mod unix {
    use std::io;

    use rustix::termios::{
        LocalModes, OptionalActions, QueueSelector, Termios, tcflush, tcgetattr, tcsetattr,
    };

    /// A terminal that shows nothing of what is typed, until this is dropped: also after Ctrl-C.
    pub(super) struct HiddenInput(Termios);

    impl HiddenInput {
        pub(super) fn start() -> io::Result<HiddenInput> {
            let before = tcgetattr(io::stdin())?;
            let mut hidden = before.clone();
            hidden.local_modes.remove(LocalModes::ECHO);
            // What was typed before the question is no answer to it.
            tcflush(io::stdin(), QueueSelector::IFlush)?;
            tcsetattr(io::stdin(), OptionalActions::Now, &hidden)?;
            Ok(HiddenInput(before))
        }
    }

    impl Drop for HiddenInput {
        fn drop(&mut self) {
            // A terminal that is gone needs no repair.
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
        }
    }
}
