//! A plan as a file: what it touches, without the data of people.

use std::io::{self, Write as _};
use std::path::Path;

use keepnet_client::CompanyRef;
use keepnet_staff_list::Mapping;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::options::SyncOptions;
use super::person::digest_of;
use crate::import::{RowNumbers, SYNC_VERSION, TicketFile, json_of};
use crate::users::UserRow;
use crate::{Error, ErrorKind, Result};

/// What a plan touches, so that it can be applied later and by another process: resource ids, row
/// numbers, settings, and digests of the records that it saw. Of the people, it contains nothing else.
///
/// It is valid for its customer, its service and the unchanged file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct SavedPlan {
    /// The version of this format; see [`SavedPlan::VERSION`].
    pub version: u32,
    /// When the people were listed, in seconds since 1970.
    pub created: u64,
    /// The service.
    pub base_url: String,
    /// The customer.
    pub company: CompanyRef,
    /// The staff list.
    pub file: TicketFile,
    /// Which column fills which field.
    pub mapping: Mapping,
    /// What the synchronization may do.
    pub options: SyncOptions,
    /// A random text that is in the digests.
    pub salt: String,
    /// The rows of the joiners.
    pub joins: RowNumbers,
    /// Those of them with the address of a deleted person.
    pub returns: RowNumbers,
    /// The people whose record changes.
    pub changes: Vec<SavedChange>,
    /// The people who leave.
    pub leaves: Vec<SavedPerson>,
}

/// A person of a saved plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct SavedPerson {
    /// The resource id.
    pub id: String,
    /// A digest of what the service listed of the person.
    pub digest: String,
}

/// A change of a saved plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct SavedChange {
    /// The row of the list.
    pub row: u32,
    /// Whether a directory owns the person, who only joins the groups.
    #[serde(default)]
    pub of_directory: bool,
    /// The person.
    #[serde(flatten)]
    pub person: SavedPerson,
}

impl SavedPlan {
    /// The version of the format that this release writes, and the newest that it reads.
    pub const VERSION: u32 = SYNC_VERSION;

    /// Writes the plan to a new file, which only its owner can read. It gets its name when it is complete.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] if the file exists, [`ErrorKind::Io`] if it cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let action = "saving the plan";
        let content = json_of(self, "the plan").map_err(|error| error.with_action(action))?;
        let write = || -> io::Result<()> {
            let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
            let mut file = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
            file.write_all(content.as_bytes())?;
            file.as_file().sync_all()?;
            file.persist_noclobber(path)?;
            Ok(())
        };
        let shown = path.display();
        let saved = write().map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => {
                Error::new(ErrorKind::Conflict, format!("{shown} exists already"))
                    .with_hint("choose another file for the plan")
            }
            _ => {
                let problem = format!("{shown} cannot be written");
                Error::new(ErrorKind::Io, problem).with_source(error)
            }
        });
        saved.map_err(|error| error.with_action(action))
    }

    /// Reads a plan that [`save`](SavedPlan::save) wrote.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] if the file cannot be read, [`ErrorKind::Invalid`] if it is no plan, or one of a
    /// newer version.
    pub fn open(path: impl AsRef<Path>) -> Result<SavedPlan> {
        let shown = path.as_ref().display();
        let invalid = |problem: String| Error::new(ErrorKind::Invalid, problem);
        let read = || {
            let content = std::fs::read(path.as_ref()).map_err(|error| {
                Error::new(ErrorKind::Io, format!("{shown} cannot be read")).with_source(error)
            })?;
            let plan: SavedPlan = serde_json::from_slice(&content)
                .map_err(|error| invalid(format!("{shown} is not a plan")).with_source(error))?;
            if plan.version > SavedPlan::VERSION {
                let problem = format!("{shown} is a plan of version {}", plan.version);
                return Err(invalid(problem).with_hint("use a newer release"));
            }
            Ok(plan)
        };
        read().map_err(|error| error.with_action("reading the plan"))
    }

    /// How many people it writes.
    pub fn to_write(&self) -> u64 {
        self.joins.len() + (self.changes.len() + self.leaves.len()) as u64
    }
}

impl SavedPerson {
    pub(crate) fn of(row: &UserRow, salt: &str) -> SavedPerson {
        SavedPerson {
            id: row.resource_id.clone(),
            digest: digest_of(row, salt),
        }
    }
}
