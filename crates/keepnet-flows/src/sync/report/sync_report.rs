//! A synchronization as data.

use std::fmt;

use keepnet_client::CompanyRef;
use keepnet_staff_list::{Field, RowProblem, Warning};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::synced_user::SyncedUser;
use crate::companies::LicenseUse;
use crate::import::{ImportReport, describe_rejected};
use crate::sync::leavers::Leavers;
use crate::sync::plan::{PossibleRefusal, PossibleRename};

/// A synchronization as `users sync --output json` prints it. It contains no data of people but
/// resource ids and row numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct SyncReport {
    /// The customer.
    pub company: CompanyRef,
    /// The file's name.
    pub file: String,
    /// How the synchronization ended, or that it is a plan.
    pub outcome: SyncOutcome,
    /// What happens to the people whom the list does not name.
    pub leavers: Leavers,
    /// How many people are concerned.
    pub people: SyncCounts,
    /// How many people joined; 0 in a plan.
    pub joined: u64,
    /// How many people were changed; 0 in a plan.
    pub changed: u64,
    /// How many people left; 0 in a plan.
    pub left: u64,
    /// How many people were to be written and were not, or it is not known; 0 in a plan.
    pub failed: u64,
    /// How many people of the plan were not written, because they are not as it saw them; 0 in a plan.
    pub skipped: u64,
    /// Why the plan is not applied before somebody says yes.
    pub refusals: Vec<RefusedPlan>,
    /// The people whom a request of their own did not bring to what the list says.
    pub failures: Vec<SyncedUser>,
    /// The fields of the columns, in their order.
    pub fields: Vec<FieldSummary>,
    /// People and rows with another e-mail address that may be theirs.
    pub possible_renames: Vec<PossibleRename>,
    /// People who are written by one request, with a value that the service may refuse in it.
    pub possible_refusals: Vec<PossibleRefusal>,
    /// What is wrong with the rows that are rejected, in the order of the rows.
    pub rejected: Vec<RowProblem>,
    /// What a person should look at in the file; at most 10,000 are kept.
    pub warnings: Vec<Warning>,
    /// The seats of the licence before and after; null where nobody joins, or it cannot be read.
    pub license: Option<LicenseUse>,
    /// Whether people take seats of the licence, and the service does not say how many there are.
    pub license_unknown: bool,
    /// The import of the joiners and the changed people; null where there was none. Its row numbers are
    /// those of the list.
    pub import: Option<ImportReport>,
}

/// How a synchronization ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SyncOutcome {
    /// Nothing is written yet.
    Planned,
    /// Nothing is written, and the plan cannot be applied before somebody allows what is odd; see
    /// [`refusals`](SyncReport::refusals).
    Refused,
    /// The company has what the list says, where it may: people of a directory, and people who stay
    /// inactive, may differ.
    Complete,
    /// Rows were rejected, people could not be written, or it is not certain who they are; the others
    /// were written.
    Incomplete,
    /// The import has ended, but what the company shows does not agree.
    Unverified,
}

/// How many people a plan concerns. `valid`, `invalid` and `duplicate` add up to `total`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct SyncCounts {
    /// The rows of the list that are not blank, without the headers.
    pub total: u64,
    /// Rows whose people get what the row says, as far as they may.
    pub valid: u64,
    /// Rows with a problem other than a repeated e-mail address, also with the people of the company.
    pub invalid: u64,
    /// Rows whose only problem is that a valid row above has their e-mail address.
    pub duplicate: u64,
    /// The people of the company who are not deleted.
    pub present: u64,
    /// People of the list whom the company does not have.
    pub join: u64,
    /// People whose record changes.
    pub change: u64,
    /// People whom the list does not name, and who become inactive or are deleted.
    pub leave: u64,
    /// People whose record is that of their row already.
    pub stay: u64,
    /// People who are not written, although the list asks for it or does not name them: an identity
    /// provider owns them, or their row is rejected or not certain.
    pub kept: u64,
    /// Joiners whose address, and people whose new address, a deleted person has. What the service does
    /// with them is not known.
    pub returning: u64,
    /// People of the list who are inactive and stay so.
    pub inactive: u64,
    /// Leavers who leave before the import, because the licence has no seats for the joiners until then.
    pub leave_first: u64,
    /// People who are written by one request, with a value that the service may refuse in it.
    pub may_be_refused: u64,
}

/// What a plan does to a field of the people whom the company has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct FieldSummary {
    /// The field.
    pub field: Field,
    /// How many people have a value, and a cell that is not blank or clears it.
    pub present: u64,
    /// How many of them get another value, or none.
    pub replaced: u64,
    /// How many people have no value and get one.
    pub filled: u64,
    /// How many values are cleared.
    pub cleared: u64,
}

/// Why a plan is not applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct RefusedPlan {
    /// A word for scripts, such as `too_many_leavers`.
    pub code: String,
    /// What is odd, in one line.
    pub message: String,
}

impl SyncCounts {
    /// How many rows are left out: the invalid ones and the duplicates.
    pub fn rejected(&self) -> u64 {
        self.invalid + self.duplicate
    }

    /// Such as `3 rejected (1 invalid, 2 duplicate)`; `None` if none is rejected.
    pub(super) fn describe_rejected(&self) -> Option<String> {
        (self.rejected() > 0).then(|| describe_rejected(self.invalid, self.duplicate))
    }

    /// How many people are to be written.
    pub fn to_write(&self) -> u64 {
        self.join + self.change + self.leave
    }
}

/// Such as `12 join, 30 change, 3 leave, 1955 stay`.
impl fmt::Display for SyncCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (join, change, leave, stay) = (self.join, self.change, self.leave, self.stay);
        write!(
            f,
            "{join} join, {change} change, {leave} leave, {stay} stay"
        )?;
        if self.kept > 0 {
            write!(f, ", {} kept", self.kept)?;
        }
        if let Some(rejected) = self.describe_rejected() {
            write!(f, ", {rejected}")?;
        }
        for (count, label) in [
            (self.returning, "return after a deletion"),
            (self.inactive, "stay inactive"),
            (self.leave_first, "leave before the import, for their seats"),
            (self.may_be_refused, "may be refused by the service"),
        ] {
            if count > 0 {
                write!(f, ", {count} {label}")?;
            }
        }
        Ok(())
    }
}
