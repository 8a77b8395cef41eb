//! The work for one customer of a fleet.

use std::pin::pin;
use std::time::Duration;

use futures::future::{Either, select};
use keepnet_client::clock::humanize;
use keepnet_staff_list::Sheet;

use super::fleet_entry::{FleetEntry, FleetWork};
use super::job::FleetJob;
use super::outcome::{FleetOutcome, FleetState};
use super::steps::Steps;
use crate::import::{Receipt, Resumed, Ticket};
use crate::sync::{SyncOutcome, SyncReceipt, SyncRefusal, SyncTicket, SyncUsers};
use crate::{Company, Error, ErrorKind, Reseller, Result};

/// How many reads of a customer are in flight: its part of those of the client, so that one that hangs
/// keeps nobody else waiting.
const READS: usize = 2;

/// Does the work for a customer, or goes on with it, for at most this long.
pub(super) async fn do_work(
    reseller: &Reseller,
    steps: &Steps,
    timeout: Option<Duration>,
) -> FleetOutcome {
    if let Some(outcome) = ended_before(steps) {
        return outcome;
    }
    let work = pin!(work(reseller, steps));
    let result = match timeout {
        None => work.await,
        Some(timeout) => match select(work, reseller.raw().clock().limit(timeout)).await {
            Either::Left((result, _)) => result,
            Either::Right(_) => {
                let problem = format!("it took longer than {}", humanize(timeout));
                Err(Error::new(ErrorKind::Timeout, problem)
                    .with_company(&steps.job.company)
                    .with_hint("what was begun goes on when the fleet is resumed"))
            }
        },
    };
    let outcome = result.unwrap_or_else(|error| failed(&steps.job, &error));
    outcome.ended(reseller.raw().clock().now())
}

async fn work(reseller: &Reseller, steps: &Steps) -> Result<FleetOutcome> {
    let job = &steps.job;
    steps.write_running()?;
    let company = match frozen_company(reseller, job).await? {
        Ok(company) => company,
        Err(why) => return Ok(FleetOutcome::refused(&job.company, why)),
    };
    match job.entry.work() {
        FleetWork::Sync => synchronize(&company, steps).await,
        FleetWork::Import => import(&company, steps).await,
    }
}

/// The outcome of work that has ended, and that only a person can go on with: its result is not known, or
/// it is the import of the same list, whose valid rows must not be imported again.
fn ended_before(steps: &Steps) -> Option<FleetOutcome> {
    let job = &steps.job;
    let outcome = steps
        .ledger
        .outcome(job)
        .filter(|_| steps.ticket().is_none())?;
    let has_rejected = outcome.outcome == FleetState::Failed && outcome.failed > 0;
    let is_same_import = job.entry.work() == FleetWork::Import && steps.ledger.has_job(job);
    let is_ended = outcome.outcome == FleetState::Unknown || (has_rejected && is_same_import);
    is_ended.then(|| outcome.clone())
}

/// Looks up the frozen id again; the inner error says why the customer is not the one of the selection.
pub(super) async fn frozen_company(
    reseller: &Reseller,
    job: &FleetJob,
) -> Result<Result<Company, String>> {
    let frozen = &job.company;
    Ok(match reseller.company(&frozen.id).await {
        Ok(company) if *company.reference() == *frozen => Ok(company.limit_reads(READS)),
        Ok(company) => Err(format!("the customer is named {:?} now", company.name())),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err("the customer is not one of this reseller any more".to_owned())
        }
        Err(error) => return Err(error),
    })
}

/// Opens the list that was checked; the inner error says that it is another one now.
pub(super) async fn checked_list(job: &FleetJob) -> Result<Result<Sheet, String>> {
    let (entry, sha256) = (job.entry.clone(), job.sha256.clone());
    let open = move || {
        let sheet = entry.open()?;
        match sheet.sha256() == sha256 {
            true => Ok(Ok(sheet)),
            false => Ok(Err(
                "the list was changed after the fleet was checked".to_owned()
            )),
        }
    };
    let opened = tokio::task::spawn_blocking(open).await;
    opened.unwrap_or_else(|error| {
        let problem = "the reading of the list was interrupted";
        Err(Error::new(ErrorKind::Io, problem).with_source(error))
    })
}

/// The settings of a customer's synchronization.
pub(super) fn sync_settings(
    company: &Company,
    entry: &FleetEntry,
    sheet: Sheet,
) -> Result<SyncUsers> {
    let sync = company.sync_users(sheet).mapper(entry.mapper()?);
    let sync = sync.options(entry.sync_options());
    Ok(match entry.strict {
        true => sync.strict(),
        false => sync,
    })
}

async fn synchronize(company: &Company, steps: &Steps) -> Result<FleetOutcome> {
    let (job, tickets) = (&steps.job, steps.ledger.ticket_folder());
    if let Some(id) = steps.ticket() {
        match tickets.find_sync(&id) {
            Ok(ticket) if is_of_job(&ticket, job) => {
                let receipt = steps.watch(company.resume_sync(tickets, &ticket).start());
                return Ok(of_sync(job, &receipt.await?));
            }
            // Somebody has synchronized the customer since, and has ended what was begun here.
            Ok(_) => {}
            Err(error) => return Ok(without_ticket(job, &id, &error)),
        }
    }
    let sheet = match checked_list(job).await? {
        Ok(sheet) => sheet,
        Err(why) => return Ok(FleetOutcome::refused(&job.company, why)),
    };
    let sync = sync_settings(company, &job.entry, sheet)?.ticket(tickets);
    let plan = steps.watch(sync.plan()).await?;
    if !plan.refusals().is_empty() {
        return Ok(FleetOutcome {
            refusals: codes(plan.refusals()),
            ..FleetOutcome::refused(&job.company, why_refused(plan.refusals()))
        });
    }
    Ok(of_sync(job, &steps.watch(plan.apply()).await?))
}

/// A company has one ticket for its latest synchronization, which may be of another list.
fn is_of_job(ticket: &SyncTicket, job: &FleetJob) -> bool {
    ticket.plan.file.sha256 == job.sha256 && ticket.plan.options == job.entry.sync_options()
}

async fn import(company: &Company, steps: &Steps) -> Result<FleetOutcome> {
    let (job, tickets) = (&steps.job, steps.ledger.ticket_folder());
    if let Some(id) = steps.ticket() {
        return match tickets.find(&id) {
            Ok(ticket) => resume_import(company, steps, &ticket).await,
            Err(error) => Ok(without_ticket(job, &id, &error)),
        };
    }
    let sheet = match checked_list(job).await? {
        Ok(sheet) => sheet,
        Err(why) => return Ok(FleetOutcome::refused(&job.company, why)),
    };
    // The process may have ended before the ledger had the ticket.
    let unfinished = tickets.unfinished_import(company, &sheet)?;
    if let Some(ticket) = unfinished.filter(Ticket::is_confirmed) {
        return resume_import(company, steps, &ticket).await;
    }
    let entry = &job.entry;
    let mut import = company
        .import_users(sheet)
        .mapper(entry.mapper()?)
        .mode(entry.mode.unwrap_or_default())
        .ticket(tickets);
    if entry.strict {
        import = import.strict();
    }
    if entry.create_groups {
        import = import.create_groups();
    }
    for group in &entry.group {
        import = import.group(group);
    }
    let preview = steps.watch(import.start()).await?;
    Ok(of_import(job, &steps.watch(preview.confirm()).await?))
}

async fn resume_import(company: &Company, steps: &Steps, ticket: &Ticket) -> Result<FleetOutcome> {
    let tickets = steps.ledger.ticket_folder();
    let receipt = match steps
        .watch(company.resume_import(tickets, ticket).start())
        .await?
    {
        Resumed::Preview(preview) => steps.watch(preview.confirm()).await?,
        Resumed::Confirmed(import) => steps.watch(import).await?,
        Resumed::Done(receipt) => receipt,
    };
    Ok(of_import(&steps.job, &receipt))
}

fn of_import(job: &FleetJob, receipt: &Receipt) -> FleetOutcome {
    let state = match (receipt.is_reconciled(), receipt.is_complete()) {
        (false, _) => FleetState::Unknown,
        (true, false) => FleetState::Failed,
        (true, true) if receipt.expected == 0 => FleetState::Unchanged,
        (true, true) => FleetState::Done,
    };
    let failed = receipt.rows.invalid + receipt.failed;
    FleetOutcome {
        imported: receipt.imported,
        failed,
        why: match state {
            FleetState::Failed => Some(format!(
                "{failed} rows were rejected or failed; correct them and resume the fleet"
            )),
            FleetState::Unknown => Some(
                "what the company shows does not agree with the job of the import; look at it, then begin anew"
                    .to_owned(),
            ),
            _ => None,
        },
        ..FleetOutcome::new(&job.company, state)
    }
}

fn of_sync(job: &FleetJob, receipt: &SyncReceipt) -> FleetOutcome {
    let report = receipt.report();
    let written = report.joined + report.changed + report.left;
    let state = match report.outcome {
        SyncOutcome::Complete if written == 0 => FleetState::Unchanged,
        SyncOutcome::Complete => FleetState::Done,
        SyncOutcome::Unverified => FleetState::Unknown,
        _ => FleetState::Failed,
    };
    FleetOutcome {
        joined: report.joined,
        changed: report.changed,
        left: report.left,
        failed: report.people.refused + report.failed + report.skipped,
        why: match state {
            FleetState::Failed => Some(why_incomplete(receipt)),
            FleetState::Unknown => Some(
                "what the company shows does not agree with what was written; look at it, then begin anew"
                    .to_owned(),
            ),
            _ => None,
        },
        ..FleetOutcome::new(&job.company, state)
    }
}

fn why_incomplete(receipt: &SyncReceipt) -> String {
    let report = receipt.report();
    let parts = [
        (report.people.refused, "rows were refused"),
        (report.failed, "people were not written"),
        (
            report.skipped,
            "people have changed meanwhile and were skipped",
        ),
        (
            report.people.kept,
            "people were kept, because the list does not say for certain who they are",
        ),
    ];
    let parts = parts.iter().filter(|(count, _)| *count > 0);
    let mut parts: Vec<_> = parts
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let messages = report.failures.iter().filter_map(|it| it.message.clone());
    parts.extend(messages.take(1));
    format!(
        "{}; correct the list and resume the fleet",
        parts.join(", ")
    )
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

/// What was begun with a ticket that is gone may or may not have ended.
fn without_ticket(job: &FleetJob, id: &str, error: &Error) -> FleetOutcome {
    FleetOutcome {
        why: Some(format!(
            "it is not known how far the work with the ticket {id} is: {error}"
        )),
        ..FleetOutcome::new(&job.company, FleetState::Unknown)
    }
}

pub(super) fn failed(job: &FleetJob, error: &Error) -> FleetOutcome {
    let state = match error.kind() {
        ErrorKind::OutcomeUnknown => FleetState::Unknown,
        _ => FleetState::Failed,
    };
    FleetOutcome {
        why: Some(error.to_string()),
        ..FleetOutcome::new(&job.company, state)
    }
}
