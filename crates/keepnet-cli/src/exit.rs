//! How a command ends: its exit code, and what it says when it failed.

use std::error::Error;
use std::fmt::Write as _;
use std::io;
use std::process::ExitCode;

use keepnet_flows::{Error as FlowError, ErrorKind, SheetError};
use keepnet_sandbox::command::CommandError;

use crate::text::one_line;

/// The exit codes that scripts rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Done = 0,
    Failed = 1,
    Usage = 2,
    Configuration = 3,
    Permission = 4,
    Partial = 5,
    Running = 6,
    Unreachable = 7,
    Interrupted = 130,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> ExitCode {
        ExitCode::from(status as u8)
    }
}

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    status: Status,
    message: String,
    hint: Option<String>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Failure {
    pub(crate) fn new(status: Status, message: impl Into<String>) -> Failure {
        Failure {
            status,
            message: message.into(),
            hint: None,
            source: None,
        }
    }

    /// Adds what the person can do.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Failure {
        self.hint = Some(hint.into());
        self
    }

    /// Adds what the person can do, unless that is said already.
    pub(crate) fn or_hint(mut self, hint: impl FnOnce() -> String) -> Failure {
        self.hint.get_or_insert_with(hint);
        self
    }

    pub(crate) fn caused_by(mut self, source: impl Error + Send + Sync + 'static) -> Failure {
        self.source = Some(Box::new(source));
        self
    }

    /// The failure to find the company that was asked for.
    pub(crate) fn of_choice(error: FlowError) -> Failure {
        match error.kind() {
            ErrorKind::NotFound | ErrorKind::Ambiguous | ErrorKind::Invalid => {
                Failure::of(Status::Permission, None, error)
            }
            _ => error.into(),
        }
    }

    fn of(
        status: Status,
        hint: Option<&str>,
        error: impl Error + Send + Sync + 'static,
    ) -> Failure {
        let mut failure = Failure::new(status, error.to_string());
        failure.hint = hint.map(str::to_owned);
        failure.caused_by(error)
    }

    pub(crate) fn status(&self) -> Status {
        self.status
    }

    /// What standard error gets: `error:` and `hint:` in a line each, and the causes if asked for.
    pub(crate) fn text(&self, with_causes: bool) -> String {
        if self.status == Status::Done {
            return String::new();
        }
        let mut text = format!("error: {}\n", one_line(&self.message));
        if with_causes {
            let mut cause = self.source.as_deref().map(|error| error as &dyn Error);
            // The error that the message was taken from is said already.
            if cause.is_some_and(|error| error.to_string() == self.message) {
                cause = cause.and_then(Error::source);
            }
            while let Some(error) = cause {
                let _ = writeln!(text, "  because: {}", one_line(&error.to_string()));
                cause = error.source();
            }
        }
        if let Some(hint) = &self.hint {
            let _ = writeln!(text, "hint: {}", one_line(hint));
        }
        text
    }
}

/// Standard output that nobody reads any more is no failure.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        let status = match error.kind() {
            io::ErrorKind::BrokenPipe => Status::Done,
            _ => Status::Failed,
        };
        Failure::new(status, "standard output cannot be written").caused_by(error)
    }
}

impl From<SheetError> for Failure {
    fn from(error: SheetError) -> Failure {
        Failure::of(status_of_sheet(&error), hint_of_sheet(&error), error)
    }
}

impl From<FlowError> for Failure {
    fn from(error: FlowError) -> Failure {
        if error.kind() == ErrorKind::Io && is_closed_pipe(&error) {
            return io::Error::from(io::ErrorKind::BrokenPipe).into();
        }
        let hint = error.find_source().and_then(hint_of_sheet);
        let status = match error.find_source() {
            Some(sheet) => status_of_sheet(sheet),
            None => status_of(error.kind(), error.operation().is_some()),
        };
        Failure::of(status, hint, error)
    }
}

impl From<CommandError> for Failure {
    fn from(error: CommandError) -> Failure {
        Failure::of(Status::Failed, None, error)
    }
}

/// Whether it failed only because nobody reads standard output any more.
fn is_closed_pipe(error: &FlowError) -> bool {
    let mut cause = Some(error as &dyn Error);
    while let Some(error) = cause {
        let io = error.downcast_ref::<io::Error>();
        if io.is_some_and(|io| io.kind() == io::ErrorKind::BrokenPipe) {
            return true;
        }
        cause = error.source();
    }
    false
}

fn status_of(kind: ErrorKind, is_of_a_call: bool) -> Status {
    match kind {
        // The service answers, but its job does not move: it may still end.
        ErrorKind::Timeout if !is_of_a_call => Status::Running,
        ErrorKind::Config | ErrorKind::Credentials => Status::Configuration,
        ErrorKind::Permission => Status::Permission,
        ErrorKind::Throttled | ErrorKind::Unavailable | ErrorKind::Timeout => Status::Unreachable,
        _ => Status::Failed,
    }
}

/// What other arguments cure is a matter of usage; for the rest, the file must change.
fn status_of_sheet(error: &SheetError) -> Status {
    match error {
        SheetError::Missing { .. }
        | SheetError::Directory { .. }
        | SheetError::UnknownWorksheet { .. }
        | SheetError::AmbiguousWorksheet { .. }
        | SheetError::NoEmailColumn { .. }
        | SheetError::AmbiguousColumn { .. }
        | SheetError::UnknownColumn { .. }
        | SheetError::AmbiguousHeader { .. }
        | SheetError::UnknownCustomField { .. }
        | SheetError::MissingRequiredField { .. }
        | SheetError::BadMapArgument { .. } => Status::Usage,
        _ => Status::Failed,
    }
}

/// What the command line has for it, where the message cannot say so.
fn hint_of_sheet(error: &SheetError) -> Option<&'static str> {
    match error {
        SheetError::AmbiguousWorksheet { .. } => Some("choose the worksheet with --sheet NAME"),
        SheetError::NothingToUpload { .. } => Some("`keepnet users check` names the rows"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_failure_has_its_exit_code() {
        let check = |kind: ErrorKind, code: u8| {
            assert_eq!(status_of(kind, true) as u8, code, "{kind:?}");
        };
        check(ErrorKind::Config, 3);
        check(ErrorKind::Credentials, 3);
        check(ErrorKind::Permission, 4);
        check(ErrorKind::Throttled, 7);
        check(ErrorKind::Unavailable, 7);
        check(ErrorKind::Timeout, 7);
        for kind in [
            ErrorKind::NotFound,
            ErrorKind::Ambiguous,
            ErrorKind::Sheet,
            ErrorKind::Invalid,
            ErrorKind::Conflict,
            ErrorKind::Protocol,
            ErrorKind::Rejected,
            ErrorKind::JobFailed,
            ErrorKind::OutcomeUnknown,
            ErrorKind::Io,
        ] {
            check(kind, 1);
        }
        let job_at_a_standstill = status_of(ErrorKind::Timeout, false);
        assert_eq!(job_at_a_standstill, Status::Running);
    }

    #[test]
    fn the_codes_are_those_that_scripts_rely_on() {
        let check = |status: Status, code: u8| assert_eq!(status as u8, code, "{status:?}");
        check(Status::Done, 0);
        check(Status::Failed, 1);
        check(Status::Usage, 2);
        check(Status::Configuration, 3);
        check(Status::Permission, 4);
        check(Status::Partial, 5);
        check(Status::Running, 6);
        check(Status::Unreachable, 7);
        check(Status::Interrupted, 130);
    }

    #[test]
    fn a_wrong_argument_is_usage_and_a_wrong_file_is_failure() {
        let file = || "people.xlsx".to_owned();
        let check = |error: SheetError, code: u8| {
            let shown = error.to_string();
            assert_eq!(Failure::from(error).status() as u8, code, "{shown}");
        };
        check(SheetError::Missing { file: file() }, 2);
        check(SheetError::Directory { file: file() }, 2);
        check(
            SheetError::UnknownColumn {
                file: file(),
                column: "X".to_owned(),
                headers: "A".to_owned(),
            },
            2,
        );
        check(SheetError::Empty { file: file() }, 1);
        check(SheetError::HeadersOnly { file: file() }, 1);
        check(SheetError::PasswordProtected { file: file() }, 1);
        check(SheetError::NothingToUpload { file: file() }, 1);
    }

    #[test]
    fn a_failure_is_a_line_a_hint_and_the_causes_on_demand() {
        let cause = || io::Error::other("the disk\nis full");
        let check = |failure: Failure, with_causes: bool, expected: &str| {
            assert_eq!(failure.text(with_causes), expected);
        };
        let plain = || Failure::new(Status::Failed, "it did not work");
        check(plain(), true, "error: it did not work\n");
        check(
            plain().hint("try again"),
            false,
            "error: it did not work\nhint: try again\n",
        );
        check(
            plain().caused_by(cause()),
            false,
            "error: it did not work\n",
        );
        check(
            plain().caused_by(cause()).hint("try again"),
            true,
            "error: it did not work\n  because: the disk is full\nhint: try again\n",
        );
        // The message of an error that is the failure itself is not said twice.
        let unreadable = SheetError::Unreadable {
            file: "people.xlsx".to_owned(),
            source: cause(),
        };
        let text = Failure::from(unreadable).text(true);
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(text.ends_with("  because: the disk is full\n"), "{text}");
    }

    #[test]
    fn a_pipe_that_nobody_reads_is_quiet() {
        let failure = Failure::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!(failure.status(), Status::Done);
        assert_eq!(failure.text(true), "");
        let failure = Failure::from(io::Error::from(io::ErrorKind::StorageFull));
        assert_eq!(failure.status(), Status::Failed);
    }
}
