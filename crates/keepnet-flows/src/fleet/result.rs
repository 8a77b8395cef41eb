//! The outcome of a customer, from its receipt, or from its error and its ticket.

use super::job::FleetJob;
use super::outcome::{FleetOutcome, FleetState};
use super::steps::{Steps, Written};
use crate::import::{ImportOutcome, Receipt};
use crate::sync::{SyncAction, SyncOutcome, SyncReceipt, SyncRefusal};
use crate::users::{EditOutcome, UnknownDomains};
use crate::{Error, ErrorKind};

pub(super) fn of_import(job: &FleetJob, receipt: &Receipt) -> FleetOutcome {
    let report = receipt.report();
    let state = match report.outcome {
        ImportOutcome::Complete if receipt.expected == 0 => FleetState::Unchanged,
        ImportOutcome::Complete => FleetState::Done,
        ImportOutcome::Incomplete => FleetState::Failed,
        _ => FleetState::Unknown,
    };
    FleetOutcome {
        joined: report.created,
        changed: report.updated,
        left: Some(0),
        imported: report.imported,
        rejected: Some(report.rows.rejected()),
        failed: report.failed,
        why: match state {
            FleetState::Failed => Some(why_import_incomplete(receipt)),
            FleetState::Unknown => Some(
                "what the company shows does not agree with the job of the import; look at it, then begin anew"
                    .to_owned(),
            ),
            _ => None,
        },
        ..FleetOutcome::new(&job.company, state)
    }
}

fn why_import_incomplete(receipt: &Receipt) -> String {
    let (rejected, failed) = (receipt.rows.rejected(), receipt.failed);
    let (imported, expected) = (receipt.imported, receipt.expected);
    if (rejected, failed) == (0, 0) {
        return format!(
            "{imported} of {expected} people were imported; resume the fleet to try again"
        );
    }
    let parts = counted_parts(&[
        (rejected, "row was rejected", "rows were rejected"),
        (
            failed,
            "person was not imported by the service",
            "people were not imported by the service",
        ),
    ]);
    let advice = match rejected {
        0 => "resume the fleet to try again",
        _ => "correct the rejected rows and resume the fleet",
    };
    format!("{}; {advice}", parts.join(", "))
}

/// The counts that are not 0, each with its words for one and for several.
fn counted_parts(counts: &[(u64, &str, &str)]) -> Vec<String> {
    let counts = counts.iter().filter(|(count, ..)| *count > 0);
    let counts = counts.map(|(count, one, several)| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {several}"),
    });
    counts.collect()
}

pub(super) fn of_sync(job: &FleetJob, receipt: &SyncReceipt) -> FleetOutcome {
    let report = receipt.report();
    let written = report.joined + report.changed + report.left;
    let state = match report.outcome {
        SyncOutcome::Complete if written == 0 => FleetState::Unchanged,
        SyncOutcome::Complete => FleetState::Done,
        SyncOutcome::Unverified => FleetState::Unknown,
        _ => FleetState::Failed,
    };
    let import = report.import.as_ref();
    let is_import_known = import.is_none_or(|it| it.outcome != ImportOutcome::Unverified);
    let is_known = |is_left: bool| {
        let mut edits = report.failures.iter();
        !edits.any(|it| {
            it.outcome == EditOutcome::Unknown && (it.action == SyncAction::Leave) == is_left
        })
    };
    FleetOutcome {
        joined: is_import_known.then_some(report.joined),
        changed: (is_import_known && is_known(false)).then_some(report.changed),
        left: is_known(true).then_some(report.left),
        imported: Some(0),
        rejected: Some(report.people.rejected()),
        failed: (state != FleetState::Unknown).then_some(report.failed + report.skipped),
        why: match state {
            FleetState::Failed => Some(why_sync_incomplete(receipt)),
            FleetState::Unknown => Some(
                "what the company shows does not agree with what was written; resume the fleet to compare it with the list again"
                    .to_owned(),
            ),
            _ => None,
        },
        ..FleetOutcome::new(&job.company, state)
    }
}

fn why_sync_incomplete(receipt: &SyncReceipt) -> String {
    let report = receipt.report();
    let mut parts = counted_parts(&[
        (
            report.people.rejected(),
            "row was rejected",
            "rows were rejected",
        ),
        (
            report.failed,
            "person was not written",
            "people were not written",
        ),
        (
            report.skipped,
            "person has changed meanwhile and was skipped",
            "people have changed meanwhile and were skipped",
        ),
        (
            report.people.kept,
            "person was kept, because the list does not say for certain who that is",
            "people were kept, because the list does not say for certain who they are",
        ),
    ]);
    let messages = report.failures.iter().filter_map(|it| it.message.clone());
    let stop = receipt.stopped_by().map(|it| it.problem.clone());
    parts.extend(stop.or_else(|| messages.into_iter().next()));
    let advice = match report.people.rejected() + report.people.kept {
        0 => "resume the fleet",
        _ => "correct the list and resume the fleet",
    };
    format!("{}; {advice}", parts.join(", "))
}

/// The outcome of work that has ended with an error.
pub(super) fn of_error(steps: &Steps, error: &Error) -> FleetOutcome {
    if let Some(refusal) = error.find_source::<UnknownDomains>() {
        return FleetOutcome {
            refusals: vec![UnknownDomains::CODE.to_owned()],
            ..FleetOutcome::refused(&steps.job.company, why_domains_refused(refusal))
        };
    }
    let written = steps.written();
    let state = match (error.kind(), written) {
        (ErrorKind::OutcomeUnknown, _) | (_, Written::TicketLost) => FleetState::Unknown,
        (_, Written::InService) => FleetState::Running,
        _ => FleetState::Failed,
    };
    let advice = match (state, written) {
        (_, Written::TicketLost) => {
            "; its ticket cannot be read: look at the jobs of the company, then begin anew"
        }
        (FleetState::Unknown, _) => {
            "; resume the fleet, or begin anew with the customer if it stays unknown"
        }
        (FleetState::Running, _) => "; the service may be working on it: resume the fleet",
        _ => "",
    };
    let outcome = FleetOutcome {
        why: Some(format!("{error}{advice}")),
        ..FleetOutcome::new(&steps.job.company, state)
    };
    match written {
        Written::Nothing => outcome.without_writes(),
        _ => outcome,
    }
}

/// Why an import is refused, and which option of the fleet file allows it.
pub(super) fn why_domains_refused(refusal: &UnknownDomains) -> String {
    format!("{refusal}; if the list is right, set domains")
}

/// The outcome of work that was begun with a ticket that is gone.
pub(super) fn without_ticket(job: &FleetJob, id: &str, error: &Error) -> FleetOutcome {
    FleetOutcome {
        why: Some(format!(
            "it is not known how far the work with the ticket {id} is: {error}; look at the company, then begin anew"
        )),
        ..FleetOutcome::new(&job.company, FleetState::Unknown)
    }
}

/// The outcome of work that has ended, and that the ledger does not have: it is not finished for whoever
/// resumes the fleet.
pub(super) fn not_recorded(outcome: FleetOutcome, error: &Error) -> FleetOutcome {
    let is_told = |why: &String| why.contains(&*error.to_string());
    if outcome.why.as_ref().is_some_and(is_told) {
        return outcome;
    }
    let how = match outcome.outcome.is_good() {
        true => "the work is done",
        false => outcome.why.as_deref().unwrap_or("the work has ended"),
    };
    FleetOutcome {
        why: Some(format!("{how}; the ledger does not have it: {error}")),
        outcome: match outcome.outcome {
            state if state.is_good() => FleetState::Failed,
            state => state,
        },
        ..outcome
    }
}

pub(super) fn codes(refusals: &[SyncRefusal]) -> Vec<String> {
    refusals.iter().map(|it| it.code().to_owned()).collect()
}

/// Why a plan is refused, and which options of the fleet file allow it.
pub(super) fn why_refused(refusals: &[SyncRefusal]) -> String {
    let reasons: Vec<_> = refusals.iter().map(SyncRefusal::to_string).collect();
    let options = refusals.iter().filter_map(|it| match it.setter()? {
        "at_most_leavers" => Some("max-leavers".to_owned()),
        setter => Some(setter.replace('_', "-")),
    });
    let options: Vec<_> = options.collect();
    let reasons = reasons.join("; ");
    match options.len() == refusals.len() {
        true => format!(
            "{reasons}; if the list is right, set {}",
            options.join(" and ")
        ),
        false => format!("{reasons}; give the whole list"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_and_several_have_their_own_words() {
        let check = |rows: u64, people: u64, expected: &[&str]| {
            let counts = [(rows, "row", "rows"), (people, "person", "people")];
            assert_eq!(counted_parts(&counts), expected);
        };
        check(0, 0, &[]);
        check(1, 2, &["1 row", "2 people"]);
        check(2, 1, &["2 rows", "1 person"]);
    }
}
