//! A plan as a file: what it touches, without the data of people.

use std::collections::{HashMap, HashSet};
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use keepnet_client::CompanyRef;
use keepnet_staff_list::Mapping;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::options::SyncOptions;
use super::person::digest_of;
use super::plan::{Remainder, SyncPlan};
use crate::import::{RowNumbers, TicketFile, new_id, seconds};
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
    /// The person.
    #[serde(flatten)]
    pub person: SavedPerson,
}

impl SavedPlan {
    /// The version of the format that this release writes, and the newest that it reads.
    pub const VERSION: u32 = 1;

    pub(crate) fn of(plan: &SyncPlan) -> SavedPlan {
        let client = plan.company.raw().client();
        let salt = new_id(&plan.company);
        let person = |row| SavedPerson::of(row, &salt);
        let changes = plan.movers.iter().map(|mover| SavedChange {
            row: plan.list.rows.number(mover.row),
            person: person(&mover.person),
        });
        let joiners = plan.joiners.iter();
        let returning = plan.joiners.iter().filter(|it| it.returns);
        SavedPlan {
            version: SavedPlan::VERSION,
            created: seconds(plan.made),
            base_url: client.base_url().to_owned(),
            company: plan.company.reference().clone(),
            file: plan.file.clone(),
            mapping: plan.mapping().clone(),
            options: plan.options.clone(),
            joins: joiners.map(|it| plan.list.rows.number(it.row)).collect(),
            returns: returning.map(|it| plan.list.rows.number(it.row)).collect(),
            changes: changes.collect(),
            leaves: plan.leavers.iter().map(|it| person(&it.person)).collect(),
            salt,
        }
    }

    /// Writes the plan to a new file, which only its owner can read.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] if the file exists, [`ErrorKind::Io`] if it cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let write = || -> std::io::Result<()> {
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(path)?;
            let mut content = serde_json::to_vec_pretty(self)?;
            content.push(b'\n');
            file.write_all(&content)?;
            file.sync_all()
        };
        let shown = path.display();
        let saved = write().map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => {
                Error::new(ErrorKind::Conflict, format!("{shown} exists already"))
                    .with_hint("choose another file for the plan")
            }
            _ => {
                let problem = format!("{shown} cannot be written");
                Error::new(ErrorKind::Io, problem).with_source(error)
            }
        });
        saved.map_err(|error| error.with_action("saving the plan"))
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

    /// Leaves in `fresh` only what this plan has, seen as it saw it.
    pub(crate) fn restrict(&self, fresh: &mut SyncPlan) -> Remainder {
        let SyncPlan {
            list,
            joiners,
            movers,
            leavers,
            kept,
            gone,
            ..
        } = fresh;
        let number = |row| list.rows.number(row);
        let salt = &self.salt;
        // Of the people of these rows it is not known that they have what the row says.
        let refused = list.problems.iter().filter_map(|it| it.row);
        let kept_rows = kept.iter().filter_map(|it| it.row.map(number));
        let unsettled: HashSet<u32> = refused.chain(kept_rows).collect();
        let absent: HashSet<u32> = joiners.iter().map(|it| number(it.row)).collect();

        // Somebody who was deleted since then is not created again.
        joiners.retain(|joiner| {
            let row = number(joiner.row);
            self.joins.contains(row) && (!joiner.returns || self.returns.contains(row))
        });
        let rows = self.joins.iter();
        let is_settled = |row: &u32| !absent.contains(row) && !unsettled.contains(row);
        let joined: RowNumbers = rows.filter(is_settled).collect();
        let skipped_joiners = self.joins.len() - joiners.len() as u64 - joined.len();

        let changes: HashMap<u32, &SavedPerson> =
            self.changes.iter().map(|it| (it.row, &it.person)).collect();
        let differing: HashSet<u32> = movers.iter().map(|it| number(it.row)).collect();
        movers.retain(|mover| {
            let saved = changes.get(&number(mover.row));
            saved.is_some_and(|saved| **saved == SavedPerson::of(&mover.person, salt))
        });
        let changed = self.changes.iter().map(|it| it.row);
        let changed = changed.filter(|row| !differing.contains(row) && is_settled(row));
        let changed: RowNumbers = changed.collect();
        let skipped_movers = self.changes.len() as u64 - movers.len() as u64 - changed.len();

        let leaves: HashMap<&str, &SavedPerson> =
            self.leaves.iter().map(|it| (it.id.as_str(), it)).collect();
        leavers.retain(|leaver| {
            let saved = leaves.get(leaver.person.resource_id.as_str());
            saved.is_some_and(|saved| **saved == SavedPerson::of(&leaver.person, salt))
        });
        let left = self.leaves.iter();
        let left = left.filter(|it| gone.contains(it.id.as_str())).count() as u64;
        let skipped_leavers = self.leaves.len() as u64 - leavers.len() as u64 - left;
        Remainder {
            joined,
            changed,
            left,
            skipped: skipped_joiners + skipped_movers + skipped_leavers,
        }
    }
}

impl SavedPerson {
    fn of(row: &UserRow, salt: &str) -> SavedPerson {
        SavedPerson {
            id: row.resource_id.clone(),
            digest: digest_of(row, salt),
        }
    }
}
