//! The work for one customer of a fleet.

use std::pin::pin;
use std::time::Duration;

use futures::future::{Either, select};
use keepnet_client::clock::humanize;
use keepnet_staff_list::Sheet;

use super::fleet_entry::{FleetEntry, FleetWork};
use super::job::FleetJob;
use super::list_warnings::{count_of_kept, count_of_plan, count_of_report};
use super::outcome::{FleetOutcome, FleetState};
use super::result::{codes, of_error, of_import, of_sync, why_refused, without_ticket};
use super::steps::Steps;
use crate::import::{Resumed, Ticket, TicketFolder, TicketLock, TicketStore};
use crate::sync::{SyncTicket, SyncUsers};
use crate::{Company, Error, ErrorKind, Reseller, Result};

/// How many reads of a customer are in flight: its part of those of the client, so that one that hangs
/// keeps nobody else waiting.
const READS: usize = 1;

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
                    .with_action("the work of the fleet")
                    .with_company(&steps.job.company)
                    .with_hint("what was begun goes on when the fleet is resumed"))
            }
        },
    };
    let outcome = result.unwrap_or_else(|error| of_error(steps, &error));
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

/// The outcome of an import that has ended, and that only a person can go on with: its result is not known,
/// or its list has rows that are rejected, and the valid ones must not be imported again. A
/// synchronization compares its list with the people again.
fn ended_before(steps: &Steps) -> Option<FleetOutcome> {
    let job = &steps.job;
    if job.entry.work() == FleetWork::Sync || steps.ticket().is_some() {
        return None;
    }
    let outcome = steps.ledger.outcome(job)?;
    let has_rejected = outcome.rejected.is_some_and(|rejected| rejected > 0);
    let is_ended = match outcome.outcome {
        FleetState::Unknown => true,
        FleetState::Failed => {
            has_rejected && outcome.failed == Some(0) && steps.ledger.has_job(job)
        }
        _ => false,
    };
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
                let receipt = receipt.await?;
                steps.note_warnings(count_of_report(receipt.report()));
                return Ok(of_sync(job, &receipt));
            }
            // Somebody has synchronized the customer since, and has ended what was begun here.
            Ok(_) => steps.forget_ticket(),
            Err(error) => return Ok(without_ticket(job, &id, &error)),
        }
    }
    let sheet = match checked_list(job).await? {
        Ok(sheet) => sheet,
        Err(why) => return Ok(FleetOutcome::refused(&job.company, why)),
    };
    let sync = sync_settings(company, &job.entry, sheet)?.ticket(tickets);
    let plan = steps.watch(sync.plan()).await?;
    steps.note_warnings(Some(count_of_plan(&plan)));
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
    let _lock = lock_imports(company, tickets).await?;
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
    if let Some(ticket) = tickets.unfinished_import(company, &sheet)? {
        if ticket.is_confirmed() {
            return resume_import(company, steps, &ticket).await;
        }
        // Another process may be about to confirm it.
        drop(TicketStore::<Ticket>::lock(tickets, &ticket.id).await?);
    }
    let entry = &job.entry;
    let mut import = company
        .import_users(sheet)
        .mapper(entry.mapper()?)
        .mode(entry.mode.unwrap_or_default())
        .ticket(tickets);
    if let Some(domains) = &entry.domains {
        import = import.domains(domains);
    }
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
    steps.note_warnings(Some(preview.warning_count()));
    Ok(of_import(job, &steps.watch(preview.confirm()).await?))
}

/// Keeps other fleets with these tickets from importing into the company meanwhile.
async fn lock_imports(company: &Company, tickets: &TicketFolder) -> Result<TicketLock> {
    let base_url = company.raw().client().base_url();
    let id = SyncTicket::id_of(base_url, company.id()).replacen("sync", "imports", 1);
    let locked = TicketStore::<Ticket>::lock(tickets, &id).await;
    locked.map_err(|error| match error.kind() {
        ErrorKind::Conflict => {
            let problem = "another fleet is importing into this company";
            Error::new(ErrorKind::Conflict, problem)
                .with_company(company.reference())
                .with_hint("wait until it ends, then resume the fleet")
        }
        _ => error.with_company(company.reference()),
    })
}

async fn resume_import(company: &Company, steps: &Steps, ticket: &Ticket) -> Result<FleetOutcome> {
    let tickets = steps.ledger.ticket_folder();
    steps.note_ticket(Some(&ticket.id))?;
    let mut resume = company.resume_import(tickets, ticket);
    if let Some(domains) = &steps.job.entry.domains {
        resume = resume.domains(domains);
    }
    let receipt = match steps.watch(resume.start()).await? {
        Resumed::Preview(preview) => {
            steps.note_warnings(Some(preview.warning_count()));
            steps.watch(preview.confirm()).await?
        }
        Resumed::Confirmed(import) => steps.watch(import).await?,
        Resumed::Done(receipt) => receipt,
    };
    steps.note_warnings(count_of_kept(&receipt.warnings));
    Ok(of_import(&steps.job, &receipt))
}
