//! Running a fleet, from the beginning or from its ledger.

use std::sync::Arc;

use futures::stream::{self, BoxStream, StreamExt as _};

use super::fleet_file::{Fleet, FleetJob, mapper, open};
use super::ledger::FleetLedger;
use super::outcome::{FleetOutcome, FleetState};
use crate::import::Receipt;
use crate::{Error, ErrorKind, Reseller, Result};

/// How many customers are at work at a time: half of the reads that a client has in flight, because an
/// import also looks for its people.
const AT_A_TIME: usize = 4;

impl Fleet {
    /// Runs the fleet, and writes each step to the ledger before it is taken. The outcomes are returned as
    /// the customers end; one that fails stops no other. Dropping the stream leaves the rest for
    /// [`Reseller::resume_fleet`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] if the ledger has a run already; [`ErrorKind::Io`] if it cannot be written.
    pub fn run(self, ledger: FleetLedger) -> Result<BoxStream<'static, FleetOutcome>> {
        if ledger.jobs.is_some() {
            let problem = "the ledger has a run of this fleet already";
            return Err(Error::new(ErrorKind::Conflict, problem).with_hint("resume that run"));
        }
        ledger.write_jobs(&self.jobs)?;
        Ok(run(self.reseller, self.jobs, ledger))
    }
}

impl Reseller {
    /// Goes on with the run of a ledger: the customers that are done or unchanged are left out, and an
    /// import that was at work is resumed from its ticket. Nobody is imported twice.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if the ledger has no run.
    pub fn resume_fleet(
        &self,
        mut ledger: FleetLedger,
    ) -> Result<BoxStream<'static, FleetOutcome>> {
        let Some(mut jobs) = ledger.jobs.take() else {
            let problem = "the ledger has no run of a fleet";
            return Err(Error::new(ErrorKind::NotFound, problem).with_hint("start one"));
        };
        jobs.retain(|job| !ledger.is_finished(&job.company.id));
        Ok(run(self.clone(), jobs, ledger))
    }
}

fn run(
    reseller: Reseller,
    jobs: Vec<FleetJob>,
    ledger: FleetLedger,
) -> BoxStream<'static, FleetOutcome> {
    let ledger = Arc::new(ledger);
    let outcomes = stream::iter(jobs).map(move |job| {
        let (reseller, ledger) = (reseller.clone(), Arc::clone(&ledger));
        async move {
            let outcome = match run_job(&reseller, &job, &ledger).await {
                Ok(outcome) => outcome,
                Err(error) => failed(&job, error),
            };
            match ledger.write_outcome(&outcome) {
                Ok(()) => outcome,
                Err(error) => failed(&job, error),
            }
        }
    });
    outcomes.buffer_unordered(AT_A_TIME).boxed()
}

async fn run_job(
    reseller: &Reseller,
    job: &FleetJob,
    ledger: &FleetLedger,
) -> Result<FleetOutcome> {
    let refused = |why: String| {
        let mut outcome = FleetOutcome::new(&job.company, FleetState::Refused);
        outcome.why = Some(why);
        Ok(outcome)
    };
    // The frozen id is looked up again: the company may have been renamed, moved or removed.
    let company = match reseller.company(&job.company.id).await {
        Ok(company) if *company.reference() == job.company => company,
        Ok(company) => return refused(format!("the customer is named {:?} now", company.name())),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return refused("the customer is not one of this reseller any more".to_owned());
        }
        Err(error) => return Err(error),
    };
    let sheet = open(&job.file)?;
    if sheet.sha256().map_err(crate::error::of_sheet)? != job.sha256 {
        return refused("the file was changed after the fleet was checked".to_owned());
    }
    let tickets = ledger.tickets(&job.company.id);
    let earlier = tickets.tickets()?.into_iter().next();
    ledger.write_outcome(&FleetOutcome::new(&job.company, FleetState::Running))?;
    let receipt = match earlier {
        Some(ticket) => {
            let resumed = company
                .resume_import(&tickets, &ticket)
                .file(&job.file)
                .await?;
            resumed.confirm().await?
        }
        None => {
            let mut import = company
                .import_users(sheet)
                .mapper(mapper(job.mapping.as_deref())?)
                .mode(job.mode)
                .ticket(&tickets);
            for group in &job.group {
                import = import.group(group);
            }
            import.await?.confirm().await?
        }
    };
    Ok(of_receipt(job, &receipt))
}

fn of_receipt(job: &FleetJob, receipt: &Receipt) -> FleetOutcome {
    let state = match (receipt.is_reconciled(), receipt.is_complete()) {
        (false, _) => FleetState::Unknown,
        (true, false) => FleetState::Failed,
        (true, true) if receipt.expected == 0 => FleetState::Unchanged,
        (true, true) => FleetState::Done,
    };
    let mut outcome = FleetOutcome::new(&job.company, state);
    outcome.imported = receipt.imported;
    outcome.failed = receipt.rows.invalid + receipt.failed;
    outcome.why = match state {
        FleetState::Failed => Some(format!(
            "{} rows were rejected or failed; check the file and import it again",
            outcome.failed
        )),
        FleetState::Unknown => {
            Some("what the company shows does not agree with the job of the import".to_owned())
        }
        _ => None,
    };
    outcome
}

fn failed(job: &FleetJob, error: Error) -> FleetOutcome {
    let state = match error.kind() {
        ErrorKind::OutcomeUnknown => FleetState::Unknown,
        _ => FleetState::Failed,
    };
    let mut outcome = FleetOutcome::new(&job.company, state);
    outcome.why = Some(error.to_string());
    outcome
}
