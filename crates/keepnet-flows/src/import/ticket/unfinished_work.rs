//! What the service may still be doing with a company, by the tickets of a folder.

use std::fmt;

use serde::Deserialize;

use super::company_lock::{COMPANY_PREFIX, company_digest, running};
use super::folder::{TicketFolder, read_content};
use super::format::{SYNC_PREFIX, SYNC_VERSION, Ticket, Version, damaged, ensure_version};
use super::store::TicketStore;
use super::unreadable_ticket::UnreadableTicket;
use crate::{Company, Error, ErrorKind, Result};

/// An import or a synchronization that was confirmed and whose end is not known: the service may still be
/// working on it. An error that it causes has it as a source.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnfinishedWork {
    /// The id of its ticket.
    pub ticket: String,
    /// The name of its staff list.
    pub file: String,
    /// When it began, in seconds since 1970.
    pub created: u64,
}

impl UnfinishedWork {
    /// Whether it is a synchronization, and not an import.
    pub fn is_sync(&self) -> bool {
        self.ticket.starts_with(SYNC_PREFIX)
    }
}

impl fmt::Display for UnfinishedWork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.is_sync() {
            true => "synchronization with",
            false => "import of",
        };
        let (file, ticket) = (&self.file, &self.ticket);
        write!(
            f,
            "an earlier {kind} {file} (ticket {ticket}) is unfinished; "
        )?;
        f.write_str("the service may still be running it")
    }
}

impl std::error::Error for UnfinishedWork {}

impl From<UnfinishedWork> for Error {
    fn from(work: UnfinishedWork) -> Error {
        Error::new(ErrorKind::Conflict, work.to_string())
            .with_hint("nothing was written; resume it first")
            .with_source(work)
    }
}

impl TicketFolder {
    /// Fails if the service may still be writing into this company for an import or a synchronization of
    /// the folder, or if a ticket that may be one of these cannot be read. It does nothing for a folder
    /// [whose unfinished work is ignored](TicketFolder::ignore_unfinished). `own_ticket` is the id of a
    /// ticket that the caller goes on with.
    ///
    /// A new import or synchronization with this folder asks the same before it writes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] with an [`UnfinishedWork`] as its source, or if a process is running it;
    /// those of [`tickets`](TicketFolder::tickets) with an
    /// [`UnreadableTicket`](super::UnreadableTicket) as the source.
    pub async fn ensure_nothing_unfinished(
        &self,
        company: &Company,
        own_ticket: Option<&str>,
    ) -> Result<()> {
        let Some(work) = self.unfinished_work(company, own_ticket)? else {
            return Ok(());
        };
        let digest = company_digest(company.raw().client().base_url(), company.id());
        let lock = format!("{COMPANY_PREFIX}{digest}");
        match self.is_running(&lock) {
            true => Err(running(TicketStore::<Ticket>::holder(self, &lock).await)),
            false => Err(work.into()),
        }
    }

    /// The newest work for the company that is confirmed and not finished, except that of a ticket.
    pub(super) fn unfinished_work(
        &self,
        company: &Company,
        own_ticket: Option<&str>,
    ) -> Result<Option<UnfinishedWork>> {
        if self.ignores_unfinished() {
            return Ok(None);
        }
        let base_url = company.raw().client().base_url();
        // The name of such a ticket says whose it is. One of another company stops nothing.
        let sync_id = format!("{SYNC_PREFIX}{}", company_digest(base_url, company.id()));
        let imports = self.readable_tickets()?.all()?;
        let sync = self.sync_import(&sync_id)?;
        let of_company = imports.iter().filter(|it| {
            is_in_service(it) && it.company.id == company.id() && it.base_url == base_url
        });
        let found = of_company.map(|it| UnfinishedWork {
            ticket: it.id.clone(),
            file: it.file.name.clone(),
            created: it.created,
        });
        let sync = sync.filter(|it| it.is_in_service() && own_ticket != Some(&it.id));
        let found = found.chain(sync.map(|it| UnfinishedWork {
            ticket: it.id,
            file: it.plan.file.name,
            created: it.created,
        }));
        Ok(found.max_by_key(|it| it.created))
    }

    fn sync_import(&self, id: &str) -> Result<Option<SyncImport>> {
        let path = self.file(id, "json");
        let content = read_content(&path);
        match content.and_then(|json| SyncImport::parse(&json, &path.display())) {
            Ok(sync) => Ok(Some(sync)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(UnreadableTicket::new(path, error).into()),
        }
    }
}

/// Whether the service may be working on an import.
fn is_in_service(import: &Ticket) -> bool {
    import.is_confirmed() && !import.is_finished()
}

/// The ticket of a synchronization, as far as it says what the service may be working on.
#[derive(Deserialize)]
struct SyncImport {
    id: String,
    created: u64,
    plan: Plan,
    step: Step,
}

#[derive(Deserialize)]
struct Plan {
    file: File,
}

#[derive(Deserialize)]
struct File {
    name: String,
}

#[derive(Deserialize)]
struct Step {
    /// The import, in that step alone.
    import: Option<Box<Ticket>>,
}

impl SyncImport {
    fn parse(json: &[u8], place: &dyn fmt::Display) -> Result<SyncImport> {
        #[derive(Deserialize)]
        struct OfPlan {
            plan: Version,
        }
        // A newer version may have other members.
        if let Ok(OfPlan { plan }) = serde_json::from_slice(json) {
            ensure_version(plan.version, SYNC_VERSION, place)?;
        }
        serde_json::from_slice(json).map_err(|error| {
            damaged(format!("{place} is not the ticket of a synchronization")).with_source(error)
        })
    }

    fn is_in_service(&self) -> bool {
        self.step.import.as_deref().is_some_and(is_in_service)
    }
}
