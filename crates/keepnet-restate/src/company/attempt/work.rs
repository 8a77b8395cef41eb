//! What an import and a synchronization have in common: a ticket for each step, and a summary.

use std::sync::{Arc, Mutex, PoisonError};

use keepnet_flows::{
    Company, LongRunningOperation, Progress, Result, StoredTicket, TryStreamExt as _,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::mpsc;

use super::engine_tickets::{EngineTickets, WrittenTicket};
use super::step::{KeptTicket, ShownTicket};
use crate::files::Files;

/// A request for work that writes into a customer, from one ticket to the next.
pub(in crate::company) trait Work:
    Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// What each step leaves behind.
    type Ticket: StoredTicket + Serialize + DeserializeOwned;
    /// What the journal and the caller get in the end.
    type Summary: Clone + Serialize + DeserializeOwned + JsonSchema + Send + Sync + 'static;
    /// What the engine shows for a step in its journal.
    const STEP: &str;
    /// The state with the status of the last such work.
    const STATUS: &str;
    /// The state with the ticket of such work that ended without a result.
    const KEPT: &str;

    /// The name of the staff list.
    fn file(&self) -> &str;

    /// Does the work, or the rest of it.
    fn run(
        self,
        company: Company,
        files: Files,
        attempt: Attempt<Self>,
    ) -> impl Future<Output = Result<Self::Summary>> + Send;

    /// What the status shows of a ticket.
    fn shown(ticket: &Self::Ticket) -> ShownTicket;

    /// The ticket as the journal has it. `last` is the ticket before it, which the journal has already.
    fn to_journal(ticket: &Self::Ticket, last: Option<&Self::Ticket>) -> serde_json::Result<Value> {
        let _ = last;
        serde_json::to_value(ticket)
    }

    /// Reads what [`to_journal`](Work::to_journal) has made.
    fn from_journal(
        ticket: Value,
        last: Option<&Self::Ticket>,
    ) -> serde_json::Result<Self::Ticket> {
        let _ = last;
        serde_json::from_value(ticket)
    }
}

/// What an attempt starts from, and where its tickets go.
pub(in crate::company) struct Attempt<W: Work> {
    /// The ticket in the journal: that of an earlier attempt.
    pub(in crate::company) last: Option<W::Ticket>,
    /// The ticket of an earlier request.
    pub(in crate::company) kept: Option<KeptTicket<W, W::Ticket>>,
    pub(in crate::company) progress: LastProgress,
    pub(in crate::company) written: mpsc::Sender<WrittenTicket<W::Ticket>>,
}

impl<W: Work> Attempt<W> {
    /// A store that has the ticket from which the work is resumed.
    pub(in crate::company) fn tickets(
        &self,
        earlier: Option<W::Ticket>,
    ) -> EngineTickets<W::Ticket> {
        EngineTickets::new(earlier, self.written.clone())
    }
}

/// The progress that was reported last.
#[derive(Clone, Default)]
pub(in crate::company) struct LastProgress(Arc<Mutex<Option<Progress>>>);

impl LastProgress {
    /// Runs an operation to its result.
    pub(in crate::company) async fn follow<T: Send + 'static>(
        &self,
        mut operation: LongRunningOperation<T>,
    ) -> Result<T> {
        while let Some(progress) = operation.try_next().await? {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(progress);
        }
        operation.await
    }

    pub(in crate::company) fn get(&self) -> Option<Progress> {
        let progress = self.0.lock();
        progress.unwrap_or_else(PoisonError::into_inner).clone()
    }
}
