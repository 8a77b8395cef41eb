//! What a ticket of a synchronization holds, and finding it.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::import::{
    COMPANY_PREFIX, ReadableTickets, Receipt, RowNumbers, SYNC_PREFIX, StoredTicket, Ticket,
    TicketFolder, TicketMemory, TicketStore, Version, company_digest, damaged, ensure_version,
    json_of,
};
use crate::sync::report::SyncReceipt;
use crate::sync::saved_plan::SavedPlan;
use crate::{Company, Error, ErrorKind, Result};

/// What a synchronization leaves behind at each step, so that it can be resumed; see
/// [`Company::resume_sync`](crate::Company::resume_sync). Of the people, it contains resource ids, row
/// numbers and digests.
///
/// A store has one for each company: a new synchronization replaces that of the one before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct SyncTicket {
    /// The name of the ticket, which is made of the company and its service.
    pub id: String,
    /// When the synchronization began, in seconds since 1970.
    pub created: u64,
    /// When the last step was begun, in seconds since 1970.
    pub updated: u64,
    /// What it does.
    pub plan: SavedPlan,
    /// What its last import did; null before one has ended. The rows are those of the list.
    pub imported: Option<Box<Receipt>>,
    /// The step that was begun last.
    pub step: SyncStep,
}

/// How far a synchronization is. Each step is written before what it names is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
#[schemars(rename = "SyncTicketStep")]
#[non_exhaustive]
pub enum SyncStep {
    /// Records are edited that an import cannot change.
    Editing,
    /// The joiners and the changed people are imported, as one import.
    Importing {
        /// The rows of the list that are imported, in the order in which the import has them.
        rows: RowNumbers,
        /// The ticket of the import; null before its first step.
        import: Option<Box<Ticket>>,
    },
    /// The leavers are deactivated or deleted.
    Leaving,
    /// The synchronization is done.
    Done {
        /// What it did.
        receipt: Box<SyncReceipt>,
    },
}

impl SyncTicket {
    /// The name of the ticket of the company with this id, at the service with this address.
    pub fn id_of(base_url: &str, company_id: &str) -> String {
        format!("{SYNC_PREFIX}{}", company_digest(base_url, company_id))
    }

    /// Whether an id is that of a synchronization: no import has such an id.
    pub fn is_id(id: &str) -> bool {
        id.starts_with(SYNC_PREFIX)
    }

    /// The ticket as JSON, as a [`TicketStore`] keeps it.
    ///
    /// # Errors
    ///
    /// Those of [`StoredTicket::to_json`].
    pub fn to_json(&self) -> Result<String> {
        json_of(self, "the ticket")
    }

    /// Reads a ticket that [`to_json`](SyncTicket::to_json) has written, in this version or an earlier
    /// one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`] if it is not a ticket, or one of a newer version.
    pub fn from_json(json: &str) -> Result<SyncTicket> {
        SyncTicket::parse(json.as_bytes(), &"the text")
    }

    /// Whether the synchronization has ended.
    pub fn is_finished(&self) -> bool {
        matches!(self.step, SyncStep::Done { .. })
    }
}

impl StoredTicket for SyncTicket {
    fn id(&self) -> &str {
        &self.id
    }

    fn is_finished(&self) -> bool {
        SyncTicket::is_finished(self)
    }

    fn to_json(&self) -> Result<String> {
        SyncTicket::to_json(self)
    }

    fn parse(json: &[u8], place: &dyn fmt::Display) -> Result<SyncTicket> {
        #[derive(Deserialize)]
        struct OfPlan {
            plan: Version,
        }
        // A newer version may have other members.
        if let Ok(OfPlan { plan }) = serde_json::from_slice(json) {
            ensure_version(plan.version, SavedPlan::VERSION, place)?;
        }
        let mut ticket: SyncTicket = serde_json::from_slice(json).map_err(|error| {
            damaged(format!("{place} is not the ticket of a synchronization")).with_source(error)
        })?;
        if let SyncStep::Importing {
            import: Some(import),
            ..
        } = &mut ticket.step
        {
            import.restore(place)?;
        }
        Ok(ticket)
    }
}

impl Company {
    /// The ticket of a synchronization of this company in the store that has not ended, to be
    /// [resumed](Company::resume_sync).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`] if it cannot be parsed, and the errors of the store.
    pub async fn unfinished_sync(
        &self,
        store: &impl TicketStore<SyncTicket>,
    ) -> Result<Option<SyncTicket>> {
        find_unfinished(store, self).await
    }
}

/// The ticket of a synchronization of the company that has not ended.
pub(crate) async fn find_unfinished(
    store: &dyn TicketStore<SyncTicket>,
    company: &Company,
) -> Result<Option<SyncTicket>> {
    match store.find(&id_of_company(company)).await {
        Ok(ticket) => Ok(Some(ticket).filter(|it| !it.is_finished())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.with_action("looking for the ticket")),
    }
}

/// A name for a company at its service.
pub(super) fn digest_of_company(company: &Company) -> String {
    company_digest(company.raw().client().base_url(), company.id())
}

/// The name of the ticket of a company.
pub(super) fn id_of_company(company: &Company) -> String {
    SyncTicket::id_of(company.raw().client().base_url(), company.id())
}

impl TicketFolder {
    /// The tickets of synchronizations in the folder, the newest first. Other files are left out; a missing
    /// folder has no tickets.
    ///
    /// # Errors
    ///
    /// Those of [`tickets`](TicketFolder::tickets).
    pub fn syncs(&self) -> Result<Vec<SyncTicket>> {
        self.readable_syncs()?.all()
    }

    /// The tickets of synchronizations that can be read, the newest first, and those that cannot be read.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] if the folder cannot be read.
    pub fn readable_syncs(&self) -> Result<ReadableTickets<SyncTicket>> {
        let mut found = self.read_all(|name| name.starts_with(SYNC_PREFIX))?;
        found.tickets = newest_first(found.tickets);
        Ok(found)
    }

    /// The ticket of a synchronization with this id.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if there is none, [`ErrorKind::Invalid`] if it cannot be parsed, or if the id
    /// is not that of a synchronization.
    pub fn find_sync(&self, id: &str) -> Result<SyncTicket> {
        if !SyncTicket::is_id(id) {
            let problem = format!("{id} is not the id of a synchronization");
            let error = Error::new(ErrorKind::Invalid, problem);
            return Err(error.with_action("looking for the ticket"));
        }
        self.read_one(id)
    }

    /// Removes the ticket of a synchronization that nobody goes on with; see
    /// [`give_up`](TicketFolder::give_up).
    pub(crate) fn give_up_sync(&self, id: &str) -> Result<()> {
        self.give_up(id, &id.replacen(SYNC_PREFIX, COMPANY_PREFIX, 1))
    }
}

impl TicketMemory {
    /// The tickets of synchronizations, the newest first.
    pub fn syncs(&self) -> Vec<SyncTicket> {
        newest_first(self.read_all())
    }
}

fn newest_first(mut tickets: Vec<SyncTicket>) -> Vec<SyncTicket> {
    tickets.sort_by(|one, other| (other.created, &other.id).cmp(&(one.created, &one.id)));
    tickets
}
