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

/// Whether the service certainly did not execute the call.
pub(crate) fn was_not_executed(error: &Error) -> bool {
    is_refused(error) || error.is_retryable() || !is_no_answer(error)
}

/// Whether the service may have executed a call that leaves the same state however often it is sent.
/// Such a call may always be repeated, so that does not say whether it was executed.
pub(crate) fn may_have_been_executed(error: &Error) -> bool {
    error.tries() > 0 && !is_refused(error) && is_no_answer(error)
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

fn is_refused(error: &Error) -> bool {
    matches!(error.status(), Some(status) if (400..500).contains(&status) && status != 408)
}

fn is_no_answer(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Unavailable | ErrorKind::Timeout | ErrorKind::Protocol
    )
}
