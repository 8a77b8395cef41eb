//! What a flow fails with: the client's error type, with the customer and the action.

pub use keepnet_client::{Error, ErrorKind};
use keepnet_staff_list::SheetError;

/// The result of a flow.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The error of a staff list; its message says which file, row and column.
pub(crate) fn of_sheet(error: SheetError) -> Error {
    Error::new(ErrorKind::Sheet, error.to_string())
        .with_action("reading the staff list")
        .with_source(error)
}

/// Whether the next person would get the same error, so that nobody else is tried.
pub(crate) fn concerns_everybody(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Config
        | ErrorKind::Credentials
        | ErrorKind::Certificate
        | ErrorKind::Permission
        | ErrorKind::Throttled => true,
        ErrorKind::Unavailable => error.is_retryable(),
        _ => false,
    }
}

/// What happened and what to do, for the report of a single person.
pub(crate) fn problem_and_hint(error: &Error) -> String {
    match error.hint() {
        Some(hint) => format!("{}; {hint}", error.problem()),
        None => error.problem(),
    }
}
