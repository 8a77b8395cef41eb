//! Running a fleet, from the beginning or from its ledger.

use std::sync::Arc;

use futures::channel::mpsc;
use futures::stream::{self, BoxStream, StreamExt as _};

use super::checked_fleet::{AT_A_TIME, Fleet};
use super::event::FleetEvent;
use super::ledger::FleetLedger;
use super::outcome::FleetOutcome;
use super::result::not_recorded;
use super::steps::Steps;
use super::work::do_work;
use crate::{Error, ErrorKind, Result};

const WITHOUT_ENTRY: &str = "the fleet file has no entry for the customer any more; what was begun goes on \
                             if it is added again";

impl Fleet {
    /// Runs the fleet, and writes each step to the ledger before it is taken. Each customer has one
    /// [`FleetEvent::Finished`]; one that fails stops no other. Dropping the stream leaves the rest for
    /// [`Reseller::resume_fleet`](crate::Reseller::resume_fleet).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] if the ledger has a run already and this is not the rest of it;
    /// [`ErrorKind::Io`] if it cannot be written.
    pub fn run(self, mut ledger: FleetLedger) -> Result<BoxStream<'static, FleetEvent>> {
        match (&ledger.run, self.resumes) {
            (None, false) => ledger.write_run(&self.jobs, self.reseller.raw().base_url())?,
            (Some(_), true) => {
                for job in &self.jobs {
                    ledger.write_job(job)?;
                }
            }
            (Some(_), false) => {
                let problem = "the ledger has a run of this fleet already";
                return Err(Error::new(ErrorKind::Conflict, problem).with_hint("resume that run"));
            }
            (None, true) => {
                let problem = "the ledger has no run of this fleet";
                return Err(Error::new(ErrorKind::Conflict, problem).with_hint("start one"));
            }
        }
        let now = self.reseller.raw().clock().now();
        let mut refused = Vec::new();
        for company in &self.without_entry {
            let outcome = FleetOutcome {
                ticket: ledger.ticket_of(company),
                ..FleetOutcome::refused(company, WITHOUT_ENTRY).ended(now)
            };
            ledger.write_outcome(&outcome)?;
            refused.push(FleetEvent::Finished(outcome));
        }
        let ledger = Arc::new(ledger);
        let (events, received) = mpsc::unbounded();
        let (reseller, timeout) = (self.reseller, self.customer_timeout);
        let steps = self.jobs.into_iter();
        let steps: Vec<_> = steps
            .map(|job| Steps::new(&ledger, job, events.clone()))
            .collect();
        drop(events);
        let work = stream::iter(steps).map(move |steps| {
            let reseller = reseller.clone();
            async move {
                steps.tell(FleetEvent::Started(steps.job.company.clone()));
                let outcome = steps.finish(do_work(&reseller, &steps, timeout).await);
                let written = steps.ledger.write_outcome(&outcome);
                let outcome = match written {
                    Ok(()) => outcome,
                    Err(error) => not_recorded(outcome, &error),
                };
                steps.tell(FleetEvent::Finished(outcome));
                None
            }
        });
        let work = work.buffer_unordered(AT_A_TIME);
        let events = stream::select(received.map(Some), work);
        let events = events.filter_map(|event| async move { event });
        Ok(stream::iter(refused).chain(events).boxed())
    }
}
