//! What a synchronization did.

use std::collections::HashMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::sync_report::{SyncOutcome, SyncReport};
use super::synced_user::SyncedUser;
use crate::ErrorKind;
use crate::import::RowNumbers;

/// What a synchronization did. Its `Display` is one line.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct SyncReceipt {
    /// The counts and the problems.
    pub report: SyncReport,
    /// The rows of the people who joined.
    pub joined_rows: RowNumbers,
    /// The rows of the people whose record was changed.
    pub changed_rows: RowNumbers,
    /// The people who were edited one by one: leavers, and changes that an import cannot make.
    pub edited: Vec<SyncedUser>,
    /// The SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
    /// Who the leavers are, for the files of the report; not known to a process that reads a ticket.
    #[serde(skip)]
    pub(crate) names: HashMap<String, LeaverName>,
    /// A finished ticket has none.
    #[serde(skip)]
    pub(crate) stopped_by: Option<SyncStop>,
}

/// The error of a person that everybody after them would get, too.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SyncStop {
    /// The kind of the error. Where it [passes by itself](ErrorKind), the synchronization can be resumed
    /// later.
    pub kind: ErrorKind,
    /// What happened, in one line.
    pub problem: String,
}

/// The name and the address of a leaver.
#[derive(Clone, PartialEq)]
pub(crate) struct LeaverName {
    pub(crate) email: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
}

impl SyncReceipt {
    /// How the synchronization ended.
    pub fn outcome(&self) -> SyncOutcome {
        self.report.outcome
    }

    /// Whether the company has what the list says.
    pub fn is_complete(&self) -> bool {
        self.report.outcome == SyncOutcome::Complete
    }

    /// Why people were not tried: an error that everybody would get, such as a refused permission. The
    /// ticket, if there is one, can be resumed. `None` if everybody was tried.
    pub fn stopped_by(&self) -> Option<&SyncStop> {
        self.stopped_by.as_ref()
    }

    /// The receipt as data, without people.
    pub fn report(&self) -> &SyncReport {
        &self.report
    }
}

/// Such as `hr.csv for Acme LLC (…): 12 joined, 30 changed, 3 left, 1955 stay`.
impl fmt::Display for SyncReceipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let report = &self.report;
        let (file, company, people) = (&report.file, &report.company, &report.people);
        write!(f, "{file} for {company}: ")?;
        let (joined, changed, left) = (report.joined, report.changed, report.left);
        match joined + changed + left + report.failed {
            0 => write!(f, "nothing changed")?,
            _ => write!(f, "{joined} joined, {changed} changed, {left} left")?,
        }
        write!(f, ", {} stay", people.stay)?;
        for (count, label) in [
            (report.failed, "failed"),
            (report.skipped, "skipped"),
            (people.kept, "kept"),
        ] {
            if count > 0 {
                write!(f, ", {count} {label}")?;
            }
        }
        if let Some(rejected) = people.describe_rejected() {
            write!(f, ", {rejected}")?;
        }
        match report.outcome {
            SyncOutcome::Unverified => f.write_str("; the result is not certain"),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for SyncReceipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SyncReceipt")
            .field("report", &self.report)
            .field("joined_rows", &self.joined_rows)
            .field("changed_rows", &self.changed_rows)
            .finish_non_exhaustive()
    }
}
