//! How a command ends: its exit code, and the error that it prints.

mod address;
mod document;
mod file_cause;
mod outcome;
mod sheet;
mod status;

use std::error::Error;
use std::fmt::{Display, Write as _};
use std::io;
use std::path::Path;

use keepnet_flows::{Error as FlowError, ErrorKind, SheetError};
use keepnet_sandbox::command::CommandError;

use crate::text::{one_line, shortened};
use document::ErrorDetail;
pub(crate) use document::ErrorDocument;
use file_cause::{system_error, with_file_cause};
pub(crate) use outcome::Outcome;
use sheet::{sheet_hint, sheet_status};
pub(crate) use status::ExitStatus;

/// The result of a command, or of one of its steps.
pub(crate) type Result<T = ExitStatus, E = CliError> = std::result::Result<T, E>;

/// Why a command failed, and what the user can do.
#[derive(Debug)]
pub(crate) struct CliError {
    status: ExitStatus,
    message: String,
    /// The proxy that the connection goes through.
    proxy: Option<String>,
    hint: Option<String>,
    source: Option<Box<dyn Error + Send + Sync>>,
    code: &'static str,
}

impl CliError {
    pub(crate) fn new(status: ExitStatus, message: impl Into<String>) -> CliError {
        CliError {
            status,
            message: message.into(),
            proxy: None,
            hint: None,
            source: None,
            code: status.code(),
        }
    }

    /// Sets the code, which scripts can compare.
    pub(crate) fn with_code(mut self, code: &'static str) -> CliError {
        self.code = code;
        self
    }

    /// An error in the arguments.
    pub(crate) fn usage(message: impl Into<String>) -> CliError {
        CliError::new(ExitStatus::Usage, message)
    }

    /// An error in the configuration or the credentials.
    pub(crate) fn configuration(message: impl Into<String>) -> CliError {
        CliError::new(ExitStatus::Configuration, message)
    }

    /// A failure of another kind.
    pub(crate) fn failed(message: impl Into<String>) -> CliError {
        CliError::new(ExitStatus::Failed, message)
    }

    /// An error about a file.
    pub(crate) fn about_file(status: ExitStatus, path: &Path, problem: impl Display) -> CliError {
        CliError::new(status, format!("{}: {problem}", path.display()))
    }

    /// Adds what the user can do.
    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> CliError {
        self.hint = Some(hint.into());
        self
    }

    /// Adds that an import can be resumed by this command.
    pub(crate) fn with_resume_command(mut self, command: &str) -> CliError {
        let resume = format!("resume with: {command}");
        let is_any = |kinds: &[ErrorKind]| kinds.iter().any(|kind| self.code == code_of(*kind));
        let is_replaced = is_any(&[ErrorKind::OutcomeUnknown, ErrorKind::JobFailed]);
        self.hint = Some(match self.hint.take() {
            // The ticket has the old plan.
            Some(hint) if hint.ends_with("make a new plan") => hint,
            Some(hint) => match hint.strip_suffix("run it again") {
                // Another file would be another import.
                Some(before) => {
                    let before = before.strip_suffix("check the file and ").unwrap_or(before);
                    format!("{before}{resume}")
                }
                // It says to look at the service or to start again, which the resumed command does.
                None if is_replaced => resume,
                None => format!("{hint}; then {resume}"),
            },
            None => resume,
        });
        self
    }

    /// Adds what the user can do, unless the error has a hint already.
    pub(crate) fn with_default_hint(mut self, hint: impl FnOnce() -> String) -> CliError {
        self.hint.get_or_insert_with(hint);
        self
    }

    /// Adds the cause, which `--verbose` prints. If it is the error of a file, the message says it in plain
    /// words.
    pub(crate) fn with_source(mut self, source: impl Error + Send + Sync + 'static) -> CliError {
        if let Some(error) = (&source as &(dyn Error + 'static)).downcast_ref() {
            self.message = with_file_cause(&self.message, error);
        }
        self.source = Some(Box::new(source));
        self
    }

    /// The error of looking up the customer that the user named. A request that the service refuses is no
    /// mistake in the name.
    pub(crate) fn from_company_lookup(error: FlowError) -> CliError {
        match error.kind() {
            ErrorKind::NotFound | ErrorKind::Ambiguous | ErrorKind::Invalid
                if error.status().is_none() =>
            {
                let mut outer = CliError::from(error);
                outer.status = ExitStatus::Permission;
                outer
            }
            _ => error.into(),
        }
    }

    /// The error of using an argument: a usage error if the argument is wrong, such as the name of a
    /// group that does not exist.
    pub(crate) fn from_argument(error: FlowError) -> CliError {
        // The path of a search or a list exists: that the service does not find it says nothing about the
        // arguments.
        match error.status() {
            None | Some(400) => CliError::from_id(error),
            Some(_) => error.into(),
        }
    }

    /// The error of using an id that the user named: a usage error if the service does not have it.
    pub(crate) fn from_id(error: FlowError) -> CliError {
        let mut outer = CliError::from(error);
        if ["not_found", "ambiguous", "invalid", "conflict"].contains(&outer.code) {
            outer.status = ExitStatus::Usage;
        }
        outer
    }

    /// The error of a group that `--create-groups` would create.
    pub(crate) fn from_group(error: FlowError) -> CliError {
        let mut error = CliError::from_argument(error);
        match error.hint.take() {
            Some(hint) => error.with_hint(format!("{hint}, or add --create-groups")),
            None => error,
        }
    }

    fn from_source(status: ExitStatus, error: impl Error + Send + Sync + 'static) -> CliError {
        CliError::new(status, error.to_string()).with_source(error)
    }

    /// Adds the proxy that the connection goes through.
    pub(crate) fn with_proxy(mut self, proxy: Option<String>) -> CliError {
        self.proxy = proxy;
        self
    }

    /// The message on one line, with the proxy.
    fn shown_message(&self) -> String {
        match &self.proxy {
            Some(proxy) => one_line(&format!(
                "{}; the proxy is {proxy}",
                shortened(&self.message)
            )),
            None => one_line(&shortened(&self.message)),
        }
    }

    pub(crate) fn status(&self) -> ExitStatus {
        self.status
    }

    /// The code, which scripts can compare.
    pub(crate) fn code(&self) -> &'static str {
        self.code
    }

    /// The document for standard error, under `--output json` and `ndjson`.
    pub(crate) fn document(&self) -> ErrorDocument {
        let hint = self.hint.as_deref().map(one_line);
        ErrorDocument {
            outcome: "error",
            error: ErrorDetail {
                code: self.code,
                message: self.shown_message(),
                hint,
                causes: self.causes(),
                exit_code: self.status as u8,
            },
        }
    }

    /// The causes that the message does not contain already.
    fn causes(&self) -> Vec<String> {
        let mut texts: Vec<String> = Vec::new();
        let mut cause = self.source.as_deref().map(|error| error as &dyn Error);
        while let Some(error) = cause {
            let text = one_line(&error.to_string());
            let shown = one_line(texts.last().unwrap_or(&self.message));
            // The message may be that of the source, with or without its hint, or end with it.
            if !text.starts_with(shown.as_str()) && !shown.contains(&text) {
                texts.push(text);
            }
            cause = error.source();
        }
        texts
    }

    /// The text for standard error: a line `error:`, the causes on request, and a line `hint:`.
    pub(crate) fn render(&self, with_causes: bool) -> String {
        if self.status == ExitStatus::Done {
            return String::new();
        }
        let mut text = format!("error: {}\n", self.shown_message());
        if with_causes {
            for cause in self.causes() {
                let _ = writeln!(text, "  because: {cause}");
            }
        }
        if let Some(hint) = &self.hint {
            let _ = writeln!(text, "hint: {}", one_line(hint));
        }
        text
    }
}

/// The message of an error of files, with the cause of the operating system if it has one.
fn in_plain_words(message: &str, error: &(dyn Error + 'static)) -> String {
    match system_error(error) {
        Some(cause) => with_file_cause(message, cause),
        None => message.to_owned(),
    }
}

/// A closed standard output is no failure: `keepnet … | head` ends well.
impl From<io::Error> for CliError {
    fn from(error: io::Error) -> CliError {
        let status = match error.kind() {
            io::ErrorKind::BrokenPipe => ExitStatus::Done,
            _ => ExitStatus::Failed,
        };
        let problem = format!("standard output cannot be written ({error})");
        CliError::new(status, problem).with_source(error)
    }
}

impl From<SheetError> for CliError {
    fn from(error: SheetError) -> CliError {
        let (status, hint) = (sheet_status(&error), sheet_hint(&error));
        let message = error.to_string();
        let mut outer = CliError::new(status, in_plain_words(&message, &error));
        outer.source = Some(Box::new(error));
        outer.code = "sheet";
        outer.hint = hint;
        outer
    }
}

impl From<FlowError> for CliError {
    fn from(error: FlowError) -> CliError {
        if error.kind() == ErrorKind::Io && is_closed_pipe(&error) {
            return io::Error::from(io::ErrorKind::BrokenPipe).into();
        }
        let sheet: Option<&SheetError> = error.find_source();
        let hint = sheet.and_then(sheet_hint);
        let hint = hint.or_else(|| error.hint().map(str::to_owned));
        let status = match sheet {
            Some(sheet) => sheet_status(sheet),
            None if error.foreign_host().is_some() && error.kind() == ErrorKind::Protocol => {
                ExitStatus::Configuration
            }
            None => flow_status(error.kind(), error.operation().is_some()),
        };
        let code = match (error.kind(), error.status()) {
            // It responds, which a script can tell from a network that is down.
            (ErrorKind::Unavailable, Some(_)) => "server_error",
            (kind, _) => code_of(kind),
        };
        let text = error.to_string();
        let message = match error.hint() {
            Some(hint) => text.strip_suffix(&format!("; {hint}")).unwrap_or(&text),
            None => &text,
        };
        let message = match error.kind() {
            ErrorKind::Io | ErrorKind::Sheet => in_plain_words(message, &error),
            _ => message.to_owned(),
        };
        let mut outer = CliError::new(status, message).with_code(code);
        outer.hint = hint;
        outer.with_source(error)
    }
}

impl From<CommandError> for CliError {
    fn from(error: CommandError) -> CliError {
        match error {
            CommandError::Io(error) if error.kind() == io::ErrorKind::BrokenPipe => error.into(),
            error => CliError::from_source(ExitStatus::Failed, error),
        }
    }
}

/// The code of an error of the library.
fn code_of(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Config => "configuration",
        ErrorKind::Credentials => "credentials",
        ErrorKind::Permission => "permission",
        ErrorKind::NotFound => "not_found",
        ErrorKind::Ambiguous => "ambiguous",
        ErrorKind::Sheet => "sheet",
        ErrorKind::Invalid => "invalid",
        ErrorKind::Conflict => "conflict",
        ErrorKind::Throttled => "throttled",
        ErrorKind::Unavailable => "unavailable",
        ErrorKind::Timeout => "timeout",
        ErrorKind::Protocol => "protocol",
        ErrorKind::Rejected => "rejected",
        ErrorKind::JobFailed => "job_failed",
        ErrorKind::OutcomeUnknown => "outcome_unknown",
        ErrorKind::Io => "io",
        ErrorKind::Certificate => "certificate",
        ErrorKind::Unsupported => "unsupported",
        _ => "failed",
    }
}

/// Whether one of the causes is that standard output is closed.
fn is_closed_pipe(error: &FlowError) -> bool {
    std::iter::successors(Some(error as &dyn Error), |&error| error.source())
        .filter_map(|error| error.downcast_ref::<io::Error>())
        .any(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn flow_status(kind: ErrorKind, is_of_a_call: bool) -> ExitStatus {
    match kind {
        // The service responds, but its job makes no progress: it may still finish.
        ErrorKind::Timeout if !is_of_a_call => ExitStatus::Running,
        // The service may have accepted it, and would finish it.
        ErrorKind::OutcomeUnknown => ExitStatus::Running,
        ErrorKind::Config | ErrorKind::Credentials | ErrorKind::Certificate => {
            ExitStatus::Configuration
        }
        ErrorKind::Permission => ExitStatus::Permission,
        ErrorKind::Throttled | ErrorKind::Unavailable | ErrorKind::Timeout => {
            ExitStatus::Unreachable
        }
        _ => ExitStatus::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ambiguous_column_has_a_hint_with_its_letter() {
        let error = SheetError::AmbiguousColumn {
            file: "people.xlsx".to_owned(),
            field: keepnet_flows::Field::Email,
            first: "A \"Email\"".to_owned(),
            second: "C \"Email\"".to_owned(),
            letter: "A".to_owned(),
        };
        let text = CliError::from(error).render(false);
        let hint = "hint: choose one column with --map 'A=Email'\n";
        assert!(text.ends_with(hint), "{text}");
    }

    #[test]
    fn each_error_kind_has_its_exit_code() {
        let check = |kind: ErrorKind, code: u8| {
            assert_eq!(flow_status(kind, true) as u8, code, "{kind:?}");
        };
        check(ErrorKind::Config, 3);
        check(ErrorKind::Credentials, 3);
        check(ErrorKind::Certificate, 3);
        check(ErrorKind::Permission, 4);
        check(ErrorKind::Throttled, 7);
        check(ErrorKind::Unavailable, 7);
        check(ErrorKind::Timeout, 7);
        check(ErrorKind::OutcomeUnknown, 6);
        for kind in [
            ErrorKind::NotFound,
            ErrorKind::Ambiguous,
            ErrorKind::Sheet,
            ErrorKind::Invalid,
            ErrorKind::Conflict,
            ErrorKind::Protocol,
            ErrorKind::Rejected,
            ErrorKind::JobFailed,
            ErrorKind::Io,
            ErrorKind::Unsupported,
        ] {
            check(kind, 1);
        }
        let stalled_job = flow_status(ErrorKind::Timeout, false);
        assert_eq!(stalled_job, ExitStatus::Running);
    }

    #[test]
    fn file_errors_are_usage_or_failure() {
        let file = || "people.xlsx".to_owned();
        let check = |error: SheetError, code: u8| {
            let shown = error.to_string();
            assert_eq!(CliError::from(error).status() as u8, code, "{shown}");
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
    fn errors_print_hint_and_causes_on_request() {
        let cause = || io::Error::other("the disk\nis full");
        let check = |error: CliError, with_causes: bool, expected: &str| {
            assert_eq!(error.render(with_causes), expected);
        };
        let plain = || CliError::new(ExitStatus::Failed, "it did not work");
        check(plain(), true, "error: it did not work\n");
        check(
            plain().with_hint("try again"),
            false,
            "error: it did not work\nhint: try again\n",
        );
        let shown = "error: it did not work: the disk is full\n";
        check(plain().with_source(cause()), true, shown);
        let number = "x".parse::<u8>().unwrap_err();
        let failed = || plain().with_source(number.clone()).with_hint("try again");
        let hint = "hint: try again\n";
        check(failed(), false, &format!("error: it did not work\n{hint}"));
        check(
            failed(),
            true,
            &format!("error: it did not work\n  because: {number}\n{hint}"),
        );
        // The message of the source itself is not repeated.
        let unreadable = SheetError::Unreadable {
            file: "people.xlsx".to_owned(),
            source: cause(),
        };
        let error = CliError::from(unreadable);
        let text = error.render(true);
        let message = "error: people.xlsx: cannot be read: the disk is full; check its permissions, and close it in \
                       other programs";
        assert_eq!(text, format!("{message}\n"));
        let error = error.with_proxy(Some("http://proxy.example".to_owned()));
        let text = error.render(true);
        let proxy = "; the proxy is http://proxy.example";
        assert_eq!(text, format!("{message}{proxy}\n"));
        let document = serde_json::to_value(error.document()).unwrap();
        let causes = &document["error"]["causes"];
        assert_eq!(*causes, serde_json::json!([]));
    }

    #[test]
    fn closed_stdout_prints_no_error() {
        let error = CliError::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!(error.status(), ExitStatus::Done);
        assert_eq!(error.render(true), "");
        let error = CliError::from(io::Error::from(io::ErrorKind::StorageFull));
        assert_eq!(error.status(), ExitStatus::Failed);
    }
}
