//! What a ticket holds.

use std::fmt;
use std::sync::Arc;

use keepnet_staff_list::Mapping;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use keepnet_client::CompanyRef;
use keepnet_staff_list::{RowProblem, Warning};

use super::stored_ticket::{StoredTicket, json_of};
use super::ticket_file::TicketFile;
use crate::import::{ImportCounts, ImportMode, Receipt, RowNumbers, SampledRow};
use crate::import_words::ImportWords;
use crate::users::DomainComparison;
use crate::{Error, ErrorKind, Result};

/// What an import leaves behind at each step, so that it can be carried on after a crash, here or on
/// another machine; see [`Company::resume_import`](crate::Company::resume_import).
///
/// It holds nothing of the people but counts and the numbers of their rows. Headers, the file's
/// path, the names of groups and of the customer are in it, and e-mail domains.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Ticket {
    /// The version of this format; see [`Ticket::VERSION`].
    pub version: u32,
    /// The name of the ticket; its file is `ID.json`.
    pub id: String,
    /// When the import began, in seconds since 1970.
    pub created: u64,
    /// When the last step was begun, in seconds since 1970.
    pub updated: u64,
    /// The service; the import cannot be carried on at another one.
    pub base_url: String,
    /// The customer.
    pub company: CompanyRef,
    /// The staff list.
    pub file: TicketFile,
    /// Which column fills which field.
    pub mapping: Mapping,
    /// The groups that the people join, by name or id.
    pub groups: Vec<String>,
    /// Whether groups that are missing are created.
    pub create_groups: bool,
    /// Which people are imported.
    pub mode: ImportMode,
    /// The rows of those who are selected; empty in the other modes.
    pub selected: RowNumbers,
    /// The domains that the people may have; null for those of the company's users.
    #[serde(default)]
    pub domains: Option<Vec<String>>,
    /// Whether the import stops if it exceeds the licence.
    pub within_license: bool,
    /// The words for the mode that the service knows, as far as the import has shown.
    pub import_words: ImportWords,
    /// How long a job may stand still before it is given up, in seconds.
    #[serde(rename = "patience")]
    pub stall_timeout: u64,
    /// The step that was begun last.
    pub step: TicketStep,
}

/// How far an import is. Each is written before what it names is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
#[schemars(rename = "Step")]
#[non_exhaustive]
pub enum TicketStep {
    /// The rows are checked; nothing was sent.
    Checked,
    /// The file is being sent; nobody is created from it.
    Uploading,
    /// The file was sent; groups are created and the mapping is asked for.
    Uploaded {
        /// The upload transaction.
        transaction: String,
    },
    /// The service sorts the rows.
    Mapping {
        /// The upload transaction.
        transaction: String,
        /// The mapping job.
        job: String,
    },
    /// The rows are sorted; nothing is written before somebody confirms it.
    Previewed {
        /// The upload transaction.
        transaction: String,
        /// The mapping job.
        job: String,
        /// How many people are new, are there already, or are rejected.
        rows: ImportCounts,
    },
    /// It was refused before the service imported anybody, and nobody will be imported. Another import
    /// may start; this one, if it is resumed, sends the file again.
    Refused,
    /// The import is being asked for: the service may or may not have it.
    Confirming(Box<Confirmation>),
    /// The service took the import; its job is looked for.
    Accepted(Box<Confirmation>),
    /// The service imports.
    Started {
        /// The import job.
        job: String,
        /// What was asked for.
        #[serde(flatten)]
        confirmation: Box<Confirmation>,
    },
    /// The import job failed.
    Failed {
        /// The import job.
        job: String,
        /// What was asked for.
        #[serde(flatten)]
        confirmation: Box<Confirmation>,
    },
    /// The import is done.
    Done {
        /// What it did.
        receipt: Box<Receipt>,
    },
}

/// What was confirmed, and how the company stood just before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Confirmation {
    /// The upload transaction.
    pub transaction: String,
    /// The mapping job.
    pub mapping_job: String,
    /// How many people are new, are there already, or are rejected.
    pub rows: ImportCounts,
    /// What is wrong with the rows that are not imported.
    pub rejected: Vec<RowProblem>,
    /// What a person should look at in the file.
    #[serde(default)]
    pub warnings: Vec<Warning>,
    /// How the domains of the people compare with those of the company's users.
    #[serde(default)]
    pub domains: Option<DomainComparison>,
    /// The rows to import.
    #[serde(rename = "taken")]
    pub rows_to_import: RowNumbers,
    /// The valid rows that the mode leaves out.
    #[serde(rename = "left_out")]
    pub skipped_rows: RowNumbers,
    /// How many people are to be imported.
    pub expected: u64,
    /// How many of them are new.
    pub expected_new: u64,
    /// The company's active and inactive users; null where the service does not count them.
    pub users_before: Option<u64>,
    /// The ids of the jobs that were there already.
    pub earlier_jobs: Vec<String>,
    /// The rows whose people are looked for afterwards.
    pub sample: Vec<SampledRow>,
    /// The job that the response to the confirmation named.
    pub named_job: Option<String>,
}

impl Ticket {
    /// The version that is written, and the highest that is read.
    pub const VERSION: u32 = 1;

    /// Whether the import has ended.
    pub fn is_finished(&self) -> bool {
        matches!(
            self.step,
            TicketStep::Done { .. } | TicketStep::Failed { .. } | TicketStep::Refused
        )
    }

    /// Whether the import was confirmed, so that a resumed one requests nothing new.
    pub fn is_confirmed(&self) -> bool {
        !matches!(
            self.step,
            TicketStep::Checked
                | TicketStep::Uploading
                | TicketStep::Uploaded { .. }
                | TicketStep::Mapping { .. }
                | TicketStep::Previewed { .. }
                | TicketStep::Refused
        )
    }

    /// The ticket as JSON, as a [`TicketStore`](crate::TicketStore) keeps it.
    ///
    /// # Errors
    ///
    /// Those of [`StoredTicket::to_json`].
    pub fn to_json(&self) -> Result<String> {
        json_of(self, "the ticket")
    }

    /// Reads a ticket that [`to_json`](Ticket::to_json) has written, in this version or an earlier one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`] if it is not a ticket, or one of a newer version.
    pub fn from_json(json: &str) -> Result<Ticket> {
        Ticket::parse(json.as_bytes(), &"the text")
    }

    /// What an error of the import says was being done.
    pub(crate) fn action(&self) -> String {
        format!("importing {}", self.file.name)
    }

    /// Checks a ticket that was deserialised, and completes it. An error names its place.
    pub(crate) fn restore(&mut self, place: &dyn fmt::Display) -> Result<()> {
        let invalid = |problem: String| Error::new(ErrorKind::Invalid, problem);
        ensure_version(self.version, Ticket::VERSION, place)?;
        if !is_id(&self.id) {
            return Err(invalid(format!("{place} has an unusable id")));
        }
        self.restore_file_names();
        Ok(())
    }

    /// Adds the file's name to each problem with a row; it is serialised once in the ticket.
    fn restore_file_names(&mut self) {
        let problems = match &mut self.step {
            TicketStep::Confirming(confirmation)
            | TicketStep::Accepted(confirmation)
            | TicketStep::Started { confirmation, .. }
            | TicketStep::Failed { confirmation, .. } => &mut confirmation.rejected,
            TicketStep::Done { receipt } => &mut receipt.rejected,
            _ => return,
        };
        let name: Arc<str> = self.file.name.as_str().into();
        for problem in problems {
            problem.file = Arc::clone(&name);
        }
    }
}

impl StoredTicket for Ticket {
    fn id(&self) -> &str {
        &self.id
    }

    fn is_finished(&self) -> bool {
        Ticket::is_finished(self)
    }

    fn to_json(&self) -> Result<String> {
        Ticket::to_json(self)
    }

    fn parse(json: &[u8], place: &dyn fmt::Display) -> Result<Ticket> {
        // A newer version may have other members.
        if let Ok(Version { version }) = serde_json::from_slice(json) {
            ensure_version(version, Ticket::VERSION, place)?;
        }
        let mut ticket: Ticket = serde_json::from_slice(json).map_err(|error| {
            damaged(format!("{place} is not the ticket of an import")).with_source(error)
        })?;
        ticket.restore(place)?;
        Ok(ticket)
    }
}

/// The member of a ticket that says how to read the others.
#[derive(Deserialize)]
pub(crate) struct Version {
    pub(crate) version: u32,
}

/// Fails if the ticket at this place is of a newer version than the highest that is read.
pub(crate) fn ensure_version(version: u32, highest: u32, place: &dyn fmt::Display) -> Result<()> {
    match version > highest {
        true => {
            let problem = format!("{place} is a ticket of version {version}");
            Err(Error::new(ErrorKind::Invalid, problem).with_hint("use a newer release"))
        }
        false => Ok(()),
    }
}

/// The error about a ticket that was cut off or changed.
pub(crate) fn damaged(problem: String) -> Error {
    Error::new(ErrorKind::Invalid, problem).with_hint(
        "look at the jobs of the company, and remove the file if none of them is running",
    )
}

/// The highest version of the ticket of a synchronization that is read.
pub(crate) const SYNC_VERSION: u32 = 1;

/// The beginning of the id of each synchronization, which no import has.
pub(crate) const SYNC_PREFIX: &str = "sync-";

/// An id that [`new_id`](super::new_id) made.
pub(super) fn is_new_id(id: &str) -> bool {
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    id.len() == 12 && id.bytes().all(is_hex)
}

/// An id is a part of a file name without separators.
pub(super) fn is_id(id: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=64).contains(&id.len()) && id.bytes().all(is_plain) && !id.starts_with('-')
}
