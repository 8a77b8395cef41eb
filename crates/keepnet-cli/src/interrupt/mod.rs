//! Ctrl-C and SIGTERM: the command stops, and a job of the service continues. A second Ctrl-C exits at
//! once.

mod writes;

use std::cell::{Cell, RefCell};
use std::io;

use keepnet_flows::Stage;
use tokio::sync::oneshot;

use crate::exit::{CliError, ExitStatus, Result};
use crate::text::counted;

pub(crate) use writes::WriteObserver;
use writes::{SentWrites, sent_writes};

/// The state of a command, which an interruption needs to print how to continue.
#[derive(Debug, Default)]
pub(crate) struct ResumeHint {
    progress: Cell<Option<(Stage, u64, Option<u64>)>>,
    command: RefCell<Option<String>>,
    reached: Cell<Option<Reached>>,
}

/// How far a command is that has no stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reached {
    /// A command that writes has not begun to.
    Nothing,
    /// How many users of a file are added or were found.
    Users(u64),
    /// How many customers are done without an error, of how many, and how many rows are printed.
    Customers { done: u64, total: u64, rows: u64 },
    /// A file that appears when it is complete.
    NoFile,
    /// Standard output may have a part of the file.
    PartOfFile,
}

impl Reached {
    /// How far the command is, and how to continue.
    fn state_and_advice(self) -> (String, &'static str) {
        let again = "run the command again";
        match self {
            Reached::Nothing => ("nothing was written".to_owned(), again),
            Reached::Users(users) => {
                let users = counted(users, "user of the file was", "users of the file were");
                let advice = "run the command again: no user is added twice";
                (format!("{users} handled"), advice)
            }
            Reached::Customers { done, total, rows } => {
                let customers = counted(total, "customer is", "customers are");
                let rows = counted(rows, "row was", "rows were");
                (
                    format!("{done} of {customers} done, and {rows} printed"),
                    again,
                )
            }
            Reached::NoFile => ("a file is saved whole or not at all".to_owned(), again),
            Reached::PartOfFile => {
                let state = "standard output may have a part of the file";
                (state.to_owned(), again)
            }
        }
    }
}

impl ResumeHint {
    /// The state of a command that writes.
    pub(crate) fn of_change() -> ResumeHint {
        ResumeHint {
            reached: Cell::new(Some(Reached::Nothing)),
            ..ResumeHint::default()
        }
    }

    /// Sets how far the command is: how many are done in a stage, of how many.
    pub(crate) fn set_progress(&self, stage: Stage, done: u64, total: Option<u64>) {
        self.progress.set(Some((stage, done, total)));
    }

    /// Sets the command that resumes this one, or removes it.
    pub(crate) fn set_command(&self, command: Option<String>) {
        self.command.replace(command);
    }

    /// Sets how far a command without stages is.
    pub(crate) fn set_reached(&self, reached: Reached) {
        self.reached.set(Some(reached));
    }

    /// The command that resumes this one.
    pub(crate) fn command(&self) -> Option<String> {
        self.command.borrow().clone()
    }
}

/// Runs a command until it ends or is interrupted; one that writes gives a hint how to continue.
pub(crate) async fn until_interrupted<T>(
    hint: Option<&ResumeHint>,
    command: impl Future<Output = Result<T>>,
) -> Result<T> {
    // They are listened to before the command starts, so that no signal is missed.
    let mut signals = Signals::listen()
        .map_err(|error| CliError::failed("cannot wait for Ctrl-C").with_source(error))?;
    let (sender, first_signal) = oneshot::channel();
    // A task of its own still runs when the command blocks its thread.
    tokio::spawn(async move {
        // Sending fails if the command has ended in the meantime.
        let _ = sender.send(signals.next().await);
        let status = signals.next().await;
        std::process::exit(status as i32);
    });
    tokio::select! {
        result = command => result,
        Ok(status) = first_signal => Err(interrupted(status, hint, sent_writes())),
    }
}

/// Ctrl-C and, on Unix, SIGTERM.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> io::Result<Signals> {
        use tokio::signal::unix::{SignalKind, signal};

        Ok(Signals {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Waits for a signal, and returns the exit status of a command that it ends.
    async fn next(&mut self) -> ExitStatus {
        tokio::select! {
            _ = self.interrupt.recv() => ExitStatus::Interrupted,
            _ = self.terminate.recv() => ExitStatus::Terminated,
        }
    }
}

#[cfg(windows)]
struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    fn listen() -> io::Result<Signals> {
        tokio::signal::windows::ctrl_c().map(Signals)
    }

    async fn next(&mut self) -> ExitStatus {
        self.0.recv().await;
        ExitStatus::Interrupted
    }
}

fn interrupted(status: ExitStatus, hint: Option<&ResumeHint>, sent: SentWrites) -> CliError {
    let error = match status {
        ExitStatus::Terminated => CliError::new(status, "terminated"),
        status => CliError::new(status, "interrupted"),
    };
    match hint.and_then(|hint| continuation(hint, sent)) {
        Some(continuation) => error.with_hint(continuation),
        None => error,
    }
}

/// How far the command is, and how to continue.
fn continuation(hint: &ResumeHint, sent: SentWrites) -> Option<String> {
    let reached = hint.reached.get();
    let (state, advice) = match (reached, hint.progress.get()) {
        (Some(reached), None) if reached != Reached::Nothing => reached.state_and_advice(),
        (_, Some((Stage::Editing, done, total))) => {
            let total = counted(total.unwrap_or(done), "user was", "users were");
            let state = format!("{done} of {total} handled");
            (state, "run the command again to do the rest")
        }
        (_, Some((stage, done, total))) => {
            let (state, advice) = state_of_import(stage, done, total);
            return Some(resumed_or(hint, &state, advice));
        }
        _ if sent.unanswered > 0 => {
            let advice = "look whether it is, and run the command again if it is not";
            return Some(format!("{}; {advice}", unanswered(sent.unanswered)));
        }
        _ if sent.answered > 0 => return None,
        _ => reached?.state_and_advice(),
    };
    let state = match sent.unanswered {
        0 => state,
        requests => format!("{state}, and {}", unanswered(requests)),
    };
    Some(resumed_or(hint, &state, advice))
}

fn resumed_or(hint: &ResumeHint, state: &str, advice: &str) -> String {
    match hint.command() {
        Some(command) => format!("{state}; resume with: {command}"),
        None => format!("{state}; {advice}"),
    }
}

fn unanswered(requests: u64) -> String {
    match requests {
        1 => "1 change has no response yet: it may be written".to_owned(),
        _ => format!("{requests} changes have no response yet: they may be written"),
    }
}

fn state_of_import(stage: Stage, done: u64, total: Option<u64>) -> (String, &'static str) {
    let (state, advice) = match stage {
        Stage::Checking => ("nothing was sent", "run the command again"),
        Stage::Uploading | Stage::Mapping | Stage::Previewing => (
            "no user was written",
            "the upload is no longer used; run the command again",
        ),
        Stage::Starting | Stage::Recovering => (
            "the service may have started the import, and would finish it",
            "check with `keepnet users count`, then run the command again",
        ),
        Stage::Listing => ("nothing was written", "run the command again"),
        _ => (
            "the service continues the import",
            "check with `keepnet users count`, then run the command again to see what is missing",
        ),
    };
    let state = match (stage, total.filter(|total| *total > 0)) {
        (Stage::Importing, Some(total)) => format!("{state} ({done} of {total} rows so far)"),
        _ => state.to_owned(),
    };
    (state, advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interruption_tells_state_and_resume_command() {
        let check = |stage: Option<Stage>, command: Option<&str>, expected: &str| {
            let hint = ResumeHint::default();
            let set = |stage| hint.set_progress(stage, 37, Some(120));
            stage.into_iter().for_each(set);
            hint.set_command(command.map(str::to_owned));
            let error = interrupted(ExitStatus::Interrupted, Some(&hint), SentWrites::default());
            assert_eq!(error.status(), ExitStatus::Interrupted);
            let text = error.render(false);
            assert!(text.contains(expected), "{stage:?}: {text}");
        };
        check(None, None, "error: interrupted\n");
        let terminated = interrupted(ExitStatus::Terminated, None, SentWrites::default());
        assert_eq!(terminated.render(false), "error: terminated\n");
        let reached = |reached: Reached, expected: &str| {
            let hint = ResumeHint::default();
            hint.set_reached(reached);
            let sent = SentWrites::default();
            let text = interrupted(ExitStatus::Interrupted, Some(&hint), sent).render(false);
            assert!(text.contains(expected), "{text}");
        };
        reached(
            Reached::Users(1),
            "hint: 1 user of the file was handled; run",
        );
        let customers = |done, total, rows| Reached::Customers { done, total, rows };
        reached(
            customers(0, 1, 1),
            "hint: 0 of 1 customer is done, and 1 row was printed; run",
        );
        reached(
            customers(2, 3, 0),
            "hint: 2 of 3 customers are done, and 0 rows were printed; run",
        );
        check(Some(Stage::Checking), None, "nothing was sent; run");
        check(
            Some(Stage::Uploading),
            None,
            "no user was written; the upload",
        );
        check(Some(Stage::Previewing), None, "no user was written");
        check(Some(Stage::Starting), None, "may have started");
        check(Some(Stage::Recovering), None, "may have started");
        check(Some(Stage::Importing), None, "continues the import");
        check(Some(Stage::Verifying), None, "continues the import");
        let command = Some("keepnet users import --resume 0a");
        let resumed =
            |state: &str| format!("hint: {state}; resume with: keepnet users import --resume 0a\n");
        check(
            Some(Stage::Mapping),
            command,
            &resumed("no user was written"),
        );
        check(
            Some(Stage::Importing),
            command,
            &resumed("the service continues the import (37 of 120 rows so far)"),
        );
        check(
            Some(Stage::Editing),
            None,
            "37 of 120 users were handled; run",
        );
    }
}
