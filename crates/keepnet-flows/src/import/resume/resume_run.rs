//! The run of a resumed import from the step in its ticket.

use std::sync::Arc;

use super::resumed::Resumed;
use super::ticket_sheet::{GivenSheet, check_again, prepare_again};
use crate::import::{
    Confirmation, ConfirmedImport, ImportCounts, JobWatcher, Journal, PreviewRun, Progress,
    Receipt, Recovered, Reporter, SampledEmails, ServerState, Stage, Ticket, TicketStep,
    TicketStore, outcome_unknown,
};
use crate::lenient_json::path_id;
use crate::{Company, Error, ErrorKind, Result};

/// What has become of an import whose process has ended.
#[allow(
    clippy::large_enum_variant,
    reason = "there is one value of it, and it is matched at once"
)]
pub(crate) enum Recovery {
    Done(Receipt),
    /// The service has accepted it.
    Confirmed(ConfirmedImport),
    /// The service has not been asked for it, or has certainly not got the request.
    NotImported {
        journal: Journal,
        state: ServerState,
        /// The counts that were confirmed, if the import was asked for.
        confirmed_counts: Option<ImportCounts>,
    },
}

/// Continues from the step in the ticket.
pub(super) async fn resume(
    company: &Company,
    store: Arc<dyn TicketStore>,
    ticket: Ticket,
    given: GivenSheet,
    domains: Option<Vec<String>>,
    reporter: Reporter,
) -> Result<Resumed> {
    let recovery = recover_import(company, store, ticket, &given, &reporter);
    let (mut journal, state, confirmed_counts) = match recovery.await? {
        Recovery::Done(receipt) => return Ok(Resumed::Done(receipt)),
        Recovery::Confirmed(import) => return Ok(Resumed::Confirmed(import)),
        Recovery::NotImported {
            journal,
            state,
            confirmed_counts,
        } => (journal, state, confirmed_counts),
    };
    if domains.is_some() {
        journal.ticket.domains = domains;
    }
    let run = PreviewRun {
        company: company.clone(),
        prepared: prepare_again(company, &journal.ticket, &given).await?,
        journal,
        groups: None,
        confirmed_counts,
        reporter,
    };
    run.run(state).await.map(Resumed::Preview)
}

/// Finds out what has become of an import; requests nothing that is not requested already.
///
/// # Errors
///
/// [`ErrorKind::OutcomeUnknown`] if it cannot be found out whether the service has accepted it.
pub(crate) async fn recover_import(
    company: &Company,
    store: Arc<dyn TicketStore>,
    ticket: Ticket,
    given: &GivenSheet,
    reporter: &Reporter,
) -> Result<Recovery> {
    ensure_same_company(company, &ticket)?;
    if let TicketStep::Done { receipt } = ticket.step {
        return Ok(Recovery::Done(*receipt));
    }
    // Another process may have continued the import until this one has the lock.
    let mut journal = Journal::resume(store, company, &ticket.id).await?;
    let ticket = journal.ticket.clone();
    let mut confirmed_counts = None;
    reporter.report(Progress::at(Stage::Checking)).await;
    let state = match ticket.step.clone() {
        TicketStep::Done { receipt } => return Ok(Recovery::Done(*receipt)),
        TicketStep::Started { job, confirmation } | TicketStep::Failed { job, confirmation } => {
            let job = checked_id(job)?;
            let watcher = watcher(company, given, journal, *confirmation, reporter).await?;
            return Ok(Recovery::Confirmed(watcher.resume_accepted(Some(job))));
        }
        TicketStep::Accepted(confirmation) => {
            let watcher = watcher(company, given, journal, *confirmation, reporter).await?;
            return Ok(Recovery::Confirmed(watcher.resume_accepted(None)));
        }
        TicketStep::Confirming(confirmation) => {
            let transaction = confirmation.transaction.clone();
            let mut watcher = watcher(company, given, journal, *confirmation, reporter).await?;
            let recovered = watcher.recover().await;
            match recovered.map_err(|error| error.with_transaction(&transaction))? {
                Recovered::Imported(job) => {
                    return Ok(Recovery::Confirmed(watcher.resume_recovered(job)));
                }
                Recovered::Unknown(found) => {
                    let problem =
                        format!("the process ended during the request for the import, {found}");
                    return Err(outcome_unknown(problem).with_transaction(&transaction));
                }
                Recovered::NotImported => {
                    journal = watcher.journal;
                    confirmed_counts = Some(watcher.confirmation.rows);
                    mapping(transaction, watcher.confirmation.mapping_job)?
                }
            }
        }
        TicketStep::Checked | TicketStep::Uploading | TicketStep::Refused => ServerState::Nothing,
        TicketStep::Uploaded { transaction } => ServerState::Uploaded {
            transaction: checked_id(transaction)?,
        },
        TicketStep::Mapping { transaction, job }
        | TicketStep::Previewed {
            transaction, job, ..
        } => mapping(transaction, job)?,
    };
    Ok(Recovery::NotImported {
        journal,
        state,
        confirmed_counts,
    })
}

/// A watcher for a requested import, which does not need its file.
async fn watcher(
    company: &Company,
    given: &GivenSheet,
    journal: Journal,
    confirmation: Confirmation,
    reporter: &Reporter,
) -> Result<JobWatcher> {
    let rows = confirmation.sample.iter().map(|it| it.row).collect();
    let (validation, emails) = match check_again(company, &journal.ticket, given, rows).await {
        Ok((validation, emails)) => (Some(validation), emails),
        // The error of a file that the caller has named must not be hidden.
        Err(error) if given.is_named() => return Err(error),
        Err(_) => (None, SampledEmails::default()),
    };
    Ok(JobWatcher {
        company: company.clone(),
        journal,
        confirmation,
        validation,
        emails,
        is_accepted: false,
        reporter: reporter.clone(),
    })
}

fn mapping(transaction: String, job: String) -> Result<ServerState> {
    Ok(ServerState::Mapping {
        transaction: checked_id(transaction)?,
        job: checked_id(job)?,
    })
}

/// Checks an id before it is put in a path, because a ticket comes from a file.
fn checked_id(id: String) -> Result<String> {
    let unusable = || {
        Error::new(
            ErrorKind::Invalid,
            "the ticket has an id that cannot be used",
        )
    };
    path_id(Some(id)).ok_or_else(unusable)
}

/// A ticket is valid for its company and its service only.
fn ensure_same_company(company: &Company, ticket: &Ticket) -> Result<()> {
    let (id, base_url) = (&ticket.id, company.raw().client().base_url());
    let (problem, hint) = if ticket.company.id != company.id() {
        let problem = format!("the ticket {id} is of {}", ticket.company);
        (problem, "choose that company")
    } else if ticket.base_url != base_url {
        let service = &ticket.base_url;
        let problem = format!("the ticket {id} is of the service {service}, not of {base_url}");
        (problem, "choose that service")
    } else {
        return Ok(());
    };
    Err(Error::new(ErrorKind::Conflict, problem).with_hint(hint))
}
