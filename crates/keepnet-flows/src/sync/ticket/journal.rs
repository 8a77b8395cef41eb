//! Writing the ticket of a running synchronization.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::Mutex;

use super::SyncStore;
use super::format::{SyncStep, SyncTicket, digest_of_company, find_unfinished, id_of_company};
use super::running::RunningSync;
use crate::import::{
    CompletedSync, Receipt, TicketLock, TicketStore, lock_company, seconds, stopped,
};
use crate::sync::saved_plan::SavedPlan;
use crate::{Company, Error, ErrorKind, Result};

/// The ticket of a running synchronization. It is written if there is a store for it. As long as a clone
/// of it lives, no other run of this process or of another user of the store writes the same company.
#[derive(Clone)]
pub(crate) struct SyncJournal(Arc<Journal>);

struct Journal {
    company: Company,
    ticket: Mutex<SyncTicket>,
    id: String,
    store: Option<SyncStore>,
    _lock: Option<TicketLock>,
    _running: RunningSync,
}

impl SyncJournal {
    /// Begins a ticket; nothing is stored before its first step.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] if another synchronization of the company runs, or one in this store is not
    /// finished; those of [`TicketStore::ensure_nothing_unfinished`].
    pub(crate) async fn begin(
        company: &Company,
        plan: SavedPlan,
        store: Option<SyncStore>,
    ) -> Result<SyncJournal> {
        let _running = RunningSync::begin(company)?;
        let mut _lock = None;
        if let Some(store) = &store {
            _lock = Some(lock(&**store, company, &plan).await?);
            let own = id_of_company(company);
            store.ensure_nothing_unfinished(company, &own).await?;
            if find_unfinished(&**store, company).await?.is_some() {
                let problem = "an earlier synchronization of this company is not finished";
                return Err(Error::new(ErrorKind::Conflict, problem)
                    .with_hint("resume it, or make a new plan"));
            }
        }
        let ticket = SyncTicket {
            id: id_of_company(company),
            created: seconds(company.raw().client().clock().now()),
            updated: 0,
            plan,
            imported: None,
            step: SyncStep::Editing,
        };
        Ok(SyncJournal(Arc::new(Journal {
            company: company.clone(),
            id: ticket.id.clone(),
            ticket: Mutex::new(ticket),
            store,
            _lock,
            _running,
        })))
    }

    /// Locks and reads the ticket of a synchronization that is resumed.
    pub(crate) async fn resume(
        store: SyncStore,
        company: &Company,
        id: &str,
    ) -> Result<SyncJournal> {
        let _running = RunningSync::begin(company)?;
        let plan = store.find(id).await?.plan;
        let _lock = Some(lock(&*store, company, &plan).await?);
        // Another run may have gone on until this one has the lock.
        let ticket = store.find(id).await?;
        Ok(SyncJournal(Arc::new(Journal {
            company: company.clone(),
            id: ticket.id.clone(),
            ticket: Mutex::new(ticket),
            store: Some(store),
            _lock,
            _running,
        })))
    }

    /// The id of the ticket, if it is stored.
    pub(crate) fn ticket_id(&self) -> Option<&str> {
        self.0.store.as_ref().map(|_| self.0.id.as_str())
    }

    /// The ticket as it was recorded last.
    pub(crate) async fn ticket(&self) -> SyncTicket {
        self.0.ticket.lock().await.clone()
    }

    /// The folder for the rows of the import, if the store has one.
    pub(crate) fn private_folder(&self) -> Option<PathBuf> {
        self.0.store.as_ref()?.private_folder(&self.0.id)
    }

    /// Records that `step` begins.
    pub(crate) async fn record(&self, step: SyncStep) -> Result<()> {
        self.change(|ticket| ticket.step = step).await
    }

    /// Records that an import has ended, and that the leavers are next.
    pub(crate) async fn record_imported(&self, receipt: Receipt) -> Result<()> {
        let change = |ticket: &mut SyncTicket| {
            ticket.imported = Some(Box::new(receipt));
            ticket.step = SyncStep::Leaving;
        };
        self.change(change).await
    }

    /// Records that the company has what its list says. A record that cannot be kept changes nothing about
    /// that.
    pub(crate) async fn record_completed(&self) {
        let Some(store) = &self.0.store else {
            return;
        };
        let client = self.0.company.raw().client();
        let completed = CompletedSync {
            id: format!("synced-{}", digest_of_company(&self.0.company)),
            company_id: self.0.company.id().to_owned(),
            base_url: client.base_url().to_owned(),
            completed: seconds(client.clock().now()),
        };
        let _ = store.record_sync(&completed).await;
    }

    /// Removes the ticket, and the rows of its import.
    pub(crate) async fn discard(self) -> Result<()> {
        self.remove_rows()?;
        match &self.0.store {
            Some(store) => store.remove(&self.0.id).await,
            None => Ok(()),
        }
    }

    /// Removes the rows of the import.
    pub(crate) fn remove_rows(&self) -> Result<()> {
        let Some(folder) = self.private_folder() else {
            return Ok(());
        };
        match std::fs::remove_dir_all(folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                let problem = "the rows of the import cannot be removed";
                Err(Error::new(ErrorKind::Io, problem).with_source(error))
            }
            _ => Ok(()),
        }
    }

    async fn change(&self, change: impl FnOnce(&mut SyncTicket)) -> Result<()> {
        let mut ticket = self.0.ticket.lock().await;
        change(&mut ticket);
        let Some(store) = &self.0.store else {
            return Ok(());
        };
        ticket.updated = seconds(self.0.company.raw().client().clock().now());
        store.write(&ticket).await.map_err(stopped)
    }
}

/// Locks a company at its service, in this store.
async fn lock(
    store: &dyn TicketStore<SyncTicket>,
    company: &Company,
    plan: &SavedPlan,
) -> Result<TicketLock> {
    let holder = format!("the synchronization with {}", plan.file.name);
    let locked = lock_company(store, company, &holder).await;
    locked.map_err(stopped)
}
