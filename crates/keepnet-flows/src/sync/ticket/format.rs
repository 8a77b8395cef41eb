//! What a ticket of a synchronization holds, and finding it.

use std::fs;
use std::io;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::import::TicketFolder;
use crate::sync::report::SyncReceipt;
use crate::sync::saved_plan::SavedPlan;
use crate::{Company, Error, ErrorKind, Result};

/// The beginning of each id, which no import has.
pub(super) const PREFIX: &str = "sync-";

/// What a synchronization leaves behind at each step, so that it can be resumed; see
/// [`Company::resume_sync`](crate::Company::resume_sync). Of the people, it contains resource ids, row
/// numbers and digests. Until its import has ended, the rows that are imported are beside the ticket of
/// the import, in a file that only its owner can read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct SyncTicket {
    /// The name of the ticket; its file is `ID.json`. The ticket of its import is in the folder `ID`.
    pub id: String,
    /// When the synchronization began, in seconds since 1970.
    pub created: u64,
    /// When the last step was begun, in seconds since 1970.
    pub updated: u64,
    /// What it does.
    pub plan: SavedPlan,
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
    /// The joiners and the changed people are imported, as one import with its own ticket.
    Importing,
    /// The leavers are deactivated or deleted.
    Leaving,
    /// The synchronization is done.
    Done {
        /// What it did.
        receipt: Box<SyncReceipt>,
    },
}

impl SyncTicket {
    pub(super) fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Whether the synchronization has ended.
    pub fn is_finished(&self) -> bool {
        matches!(self.step, SyncStep::Done { .. })
    }
}

impl TicketFolder {
    /// The tickets of synchronizations in the folder, the newest first. Other files, and tickets of a
    /// newer version of this program, are left out; a missing folder has no tickets.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] if the folder cannot be read.
    pub fn syncs(&self) -> Result<Vec<SyncTicket>> {
        let entries = match fs::read_dir(self.path()) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => {
                let problem = format!("the folder {} cannot be read", self.path().display());
                return Err(Error::new(ErrorKind::Io, problem)
                    .with_source(error)
                    .with_action("looking for the ticket"));
            }
        };
        let names = entries.flatten().map(|entry| entry.file_name());
        let ids = names.filter_map(|name| {
            let name = name.into_string().ok()?;
            Some(name.strip_suffix(".json")?.to_owned())
        });
        let mut tickets: Vec<SyncTicket> = ids.filter_map(|id| self.find_sync(&id).ok()).collect();
        tickets.sort_by(|one, other| (other.created, &other.id).cmp(&(one.created, &one.id)));
        Ok(tickets)
    }

    /// The ticket of a synchronization with this id.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if there is none, [`ErrorKind::Invalid`] if it cannot be parsed.
    pub fn find_sync(&self, id: &str) -> Result<SyncTicket> {
        let read = || {
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            let number = id.strip_prefix(PREFIX);
            if !number.is_some_and(|it| !it.is_empty() && it.bytes().all(is_plain)) {
                let problem = format!("{id:?} is not the id of a synchronization");
                return Err(Error::new(ErrorKind::NotFound, problem));
            }
            let path = self.path().join(format!("{id}.json"));
            let shown = path.display();
            let content = fs::read(&path).map_err(|error| {
                let problem = format!("there is no {shown}");
                Error::new(ErrorKind::NotFound, problem).with_source(error)
            })?;
            let ticket: SyncTicket = serde_json::from_slice(&content).map_err(|error| {
                let problem = format!("{shown} is not the ticket of a synchronization");
                Error::new(ErrorKind::Invalid, problem).with_source(error)
            })?;
            if ticket.id != id || ticket.plan.version > SavedPlan::VERSION {
                let problem = format!("{shown} is of another ticket or of a newer release");
                return Err(Error::new(ErrorKind::Invalid, problem));
            }
            Ok(ticket)
        };
        read().map_err(|error| error.with_action("looking for the ticket"))
    }

    /// The newest unfinished synchronization of this company at the same service.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] if the folder cannot be read.
    pub fn unfinished_sync(&self, company: &Company) -> Result<Option<SyncTicket>> {
        let base_url = company.raw().client().base_url();
        let tickets = self.syncs()?.into_iter();
        let mut unfinished = tickets.filter(|ticket| {
            !ticket.is_finished()
                && ticket.plan.company.id == company.id()
                && ticket.plan.base_url == base_url
        });
        Ok(unfinished.next())
    }

    /// Removes the ticket of a synchronization, and that of its import; a missing one is no error.
    pub(crate) fn remove_sync(&self, id: &str) -> Result<()> {
        match fs::remove_dir_all(self.inside(id).path()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                let problem = format!("the rows of the import of {id} cannot be removed");
                Err(Error::new(ErrorKind::Io, problem).with_source(error))
            }
            _ => self.remove(id),
        }
    }
}
