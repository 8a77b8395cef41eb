//! What is known of the work for a customer while it runs: in the ledger and for the display.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::Poll;

use futures::StreamExt as _;
use futures::channel::mpsc::UnboundedSender;

use super::event::FleetEvent;
use super::fleet_entry::FleetWork;
use super::job::FleetJob;
use super::ledger::FleetLedger;
use super::outcome::{FleetOutcome, FleetState};
use crate::Result;
use crate::import::{LongRunningOperation, Ticket};
use crate::sync::SyncStep;

/// What was written for a customer whose work has ended with an error, as its ticket says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    Nothing,
    /// The service has accepted an import, or may have.
    InService,
    Unknown,
    /// The ticket of an import was there and cannot be read.
    TicketLost,
}

/// The steps of the work for one customer.
pub(super) struct Steps {
    pub(super) ledger: Arc<FleetLedger>,
    pub(super) job: FleetJob,
    events: UnboundedSender<FleetEvent>,
    /// The ticket from which the work is resumed.
    ticket: Mutex<Option<String>>,
    /// How much a person should look at in the list, once it is read.
    warning_count: OnceLock<u64>,
}

impl Steps {
    pub(super) fn new(
        ledger: &Arc<FleetLedger>,
        job: FleetJob,
        events: UnboundedSender<FleetEvent>,
    ) -> Steps {
        let is_begun = ledger.is_begun(&job);
        let earlier = ledger.outcome(&job).filter(|_| is_begun);
        let ticket = earlier.and_then(|it| it.ticket.clone());
        Steps {
            ledger: Arc::clone(ledger),
            job,
            events,
            ticket: Mutex::new(ticket),
            warning_count: OnceLock::new(),
        }
    }

    /// The ticket from which the work is resumed, if it was begun.
    pub(super) fn ticket(&self) -> Option<String> {
        let ticket = self.ticket.lock();
        ticket.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Writes to the ledger that the work begins, or that it has this ticket.
    pub(super) fn write_running(&self) -> Result<()> {
        let mut running = FleetOutcome::new(&self.job.company, FleetState::Running);
        running.ticket = self.ticket();
        self.ledger.write_outcome(&running)
    }

    /// Does a part of the work. Its ticket is in the ledger before anything else is done.
    pub(super) async fn watch<T: Send + 'static>(
        &self,
        mut operation: LongRunningOperation<T>,
    ) -> Result<T> {
        loop {
            let next = poll_fn(|cx| {
                let polled = operation.poll_next_unpin(cx);
                match self.note_ticket(operation.ticket_id()) {
                    Ok(()) => polled.map(Ok),
                    Err(error) => Poll::Ready(Err(error)),
                }
            });
            let Some(progress) = next.await? else {
                return operation.await;
            };
            self.tell(FleetEvent::Progress(self.job.company.clone(), progress?));
        }
    }

    /// Writes the ticket of the work to the ledger, if it is not the one that the ledger has.
    pub(super) fn note_ticket(&self, id: Option<&str>) -> Result<()> {
        if id.is_none() || self.ticket().as_deref() == id {
            return Ok(());
        }
        self.set_ticket(id);
        self.write_running()
    }

    /// Notes how much a person should look at in the list, if it is known.
    pub(super) fn note_warnings(&self, count: Option<u64>) {
        if let Some(count) = count {
            // The list is read once.
            let _ = self.warning_count.set(count);
        }
    }

    /// Leaves out a ticket that is not that of the work.
    pub(super) fn forget_ticket(&self) {
        self.set_ticket(None);
    }

    fn set_ticket(&self, id: Option<&str>) {
        let mut ticket = self.ticket.lock().unwrap_or_else(PoisonError::into_inner);
        *ticket = id.map(str::to_owned);
    }

    /// What was written, as the ticket says.
    pub(super) fn written(&self) -> Written {
        let tickets = self.ledger.ticket_folder();
        let Some(id) = self.ticket() else {
            return Written::Nothing;
        };
        let is_in_service = |import: &Ticket| import.is_confirmed() && !import.is_finished();
        match self.job.entry.work() {
            FleetWork::Sync => match tickets.find_sync(&id).map(|it| it.step) {
                Ok(SyncStep::Importing {
                    import: Some(import),
                    ..
                }) if is_in_service(&import) => Written::InService,
                _ => Written::Unknown,
            },
            FleetWork::Import => match tickets.find(&id) {
                Ok(import) if !import.is_confirmed() => Written::Nothing,
                Ok(import) if is_in_service(&import) => Written::InService,
                Ok(_) => Written::Unknown,
                Err(_) => Written::TicketLost,
            },
        }
    }

    /// Sends an event to the caller, who may have stopped listening.
    pub(super) fn tell(&self, event: FleetEvent) {
        let _ = self.events.unbounded_send(event);
    }

    /// Ends the work. The outcome has the ticket if that is needed to go on.
    pub(super) fn finish(&self, mut outcome: FleetOutcome) -> FleetOutcome {
        let is_open = |id: &String| self.ledger.is_open(&self.job, id);
        outcome.ticket = self.ticket().filter(is_open);
        outcome.warning_count = self.warning_count.get().copied().or(outcome.warning_count);
        outcome
    }
}
