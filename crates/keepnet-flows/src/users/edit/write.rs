//! Writing a record, and finding out what became of it if the response was lost.

use super::outcome::EditOutcome;
use super::record::{UserRecord, fetch_record, put};
use crate::polling::look_repeatedly;
use crate::{Company, Error, ErrorKind, Result};

/// Writes the record, with one request. If the response was lost, the user is read up to three times
/// within four seconds.
///
/// # Errors
///
/// [`ErrorKind::OutcomeUnknown`] if the response was lost and the user is not as `is_reached` wants; and
/// if the call fails.
pub(crate) async fn write(
    company: &Company,
    record: &UserRecord,
    is_reached: impl Fn(&UserRecord) -> bool,
) -> Result<EditOutcome> {
    let error = match put(company, record).await {
        Ok(()) => return Ok(EditOutcome::Done),
        Err(error) => error,
    };
    if !error.may_have_acted() {
        return Err(error);
    }
    let look = || async {
        let now = fetch_record(company, record.id()).await?;
        Ok(is_reached(&now).then_some(()))
    };
    match look_repeatedly(company.raw().client(), look).await {
        Ok(Some(())) => Ok(EditOutcome::Done),
        found => {
            let state = "the user does not have the new values so far";
            Err(unknown_outcome(error, found.err(), state))
        }
    }
}

/// The error of a change of which nothing is known. `look` is why the state could not be read;
/// `state` is what it shows otherwise.
pub(crate) fn unknown_outcome(error: Error, look: Option<Error>, state: &str) -> Error {
    let problem = match look {
        Some(look) => format!(
            "{}; the state is not known: {}",
            error.problem(),
            look.problem()
        ),
        None => format!("{}; {state}", error.problem()),
    };
    Error::new(ErrorKind::OutcomeUnknown, problem)
        .with_hint("run it again: it reads the state before it writes")
        .with_source(error)
}
