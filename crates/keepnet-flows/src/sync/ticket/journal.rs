//! Writing the ticket of a running synchronization.

use std::fs::File;

use sha2::{Digest as _, Sha256};

use super::format::{PREFIX, SyncStep, SyncTicket};
use crate::import::{TicketFolder, new_id, seconds, stopped};
use crate::sync::saved_plan::SavedPlan;
use crate::{Company, Error, ErrorKind, Result};

/// The ticket of a running synchronization. It is written to disk if there is a folder for it.
pub(crate) struct SyncJournal {
    pub(crate) ticket: SyncTicket,
    company: Company,
    stored: Option<Stored>,
}

struct Stored {
    folder: TicketFolder,
    /// Held until the synchronization ends, so that no other process writes the same company.
    _lock: Option<File>,
}

impl SyncJournal {
    /// Begins a ticket; nothing is on disk before its first step.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] if the company has another synchronization in this folder that runs or is
    /// not finished.
    pub(crate) fn begin(
        company: &Company,
        plan: SavedPlan,
        folder: Option<TicketFolder>,
    ) -> Result<SyncJournal> {
        let mut ticket = SyncTicket {
            id: String::new(),
            created: seconds(company.raw().client().clock().now()),
            updated: 0,
            plan,
            step: SyncStep::Editing,
        };
        let mut stored = None;
        if let Some(folder) = folder {
            ticket.id = loop {
                let id = format!("{PREFIX}{}", new_id(company));
                if folder.find_sync(&id).is_err() {
                    break id;
                }
            };
            let _lock = lock(&folder, company)?;
            if let Some(earlier) = folder.unfinished_sync(company)? {
                let problem = format!("the synchronization {} is not finished", earlier.id);
                return Err(Error::new(ErrorKind::Conflict, problem)
                    .with_hint("resume it, or make a new plan"));
            }
            stored = Some(Stored { folder, _lock });
        }
        Ok(SyncJournal {
            ticket,
            company: company.clone(),
            stored,
        })
    }

    /// Locks and reads the ticket of a synchronization that is resumed.
    pub(crate) fn resume(
        folder: &TicketFolder,
        company: &Company,
        id: &str,
    ) -> Result<SyncJournal> {
        let _lock = lock(folder, company)?;
        Ok(SyncJournal {
            ticket: folder.find_sync(id)?,
            company: company.clone(),
            stored: Some(Stored {
                folder: folder.clone(),
                _lock,
            }),
        })
    }

    /// The id of the ticket, if it is on disk.
    pub(crate) fn ticket_id(&self) -> Option<&str> {
        self.stored.as_ref().map(|_| self.ticket.id.as_str())
    }

    /// The folder for the ticket of the import.
    pub(crate) fn imports(&self) -> Option<TicketFolder> {
        let stored = self.stored.as_ref()?;
        Some(stored.folder.inside(&self.ticket.id))
    }

    /// Records that `step` begins.
    pub(crate) async fn record(&mut self, step: SyncStep) -> Result<()> {
        self.ticket.step = step;
        let Some(stored) = &self.stored else {
            return Ok(());
        };
        self.ticket.updated = seconds(self.company.raw().client().clock().now());
        let (folder, ticket) = (stored.folder.clone(), self.ticket.clone());
        // Synchronising a file takes too long for the threads of the network.
        let written = tokio::task::spawn_blocking(move || {
            folder.replace(&ticket.id, &ticket.to_json(), ticket.is_finished())
        });
        written
            .await
            .unwrap_or_else(|error| {
                let problem = "the writing of the ticket was interrupted";
                Err(Error::new(ErrorKind::Io, problem).with_source(error))
            })
            .map_err(stopped)
    }
}

/// Locks a company at its service, in this folder.
fn lock(folder: &TicketFolder, company: &Company) -> Result<Option<File>> {
    let name = format!("{} {}", company.raw().client().base_url(), company.id());
    let digest = Sha256::digest(name.as_bytes());
    let digest: String = digest
        .iter()
        .take(12)
        .map(|it| format!("{it:02x}"))
        .collect();
    let locked = folder.lock_file(&format!("company-{digest}"));
    locked.map_err(|error| match error.kind() {
        ErrorKind::Conflict => {
            let problem = "another process is synchronizing this company";
            Error::new(ErrorKind::Conflict, problem).with_hint("wait until it ends")
        }
        _ => stopped(error),
    })
}
