//! The result of adding people, as data.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use keepnet_client::CompanyRef;
use keepnet_staff_list::{RowProblem, Warning};

use crate::users::domains::DomainComparison;

/// What became of one person. Nothing of the person is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct AddedUser {
    /// The place in the input; the first is 1.
    pub number: u64,
    /// The row of the staff list, as a spreadsheet numbers it.
    pub row: Option<u32>,
    /// What became of them.
    pub outcome: AddOutcome,
    /// The resource id of the user that was added, or was there; null if several users have the e-mail
    /// address.
    pub id: Option<String>,
    /// Why they were not added, or why there is no id.
    pub message: Option<String>,
}

/// What became of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum AddOutcome {
    /// A new user.
    Added,
    /// Nobody has this e-mail address yet. A dry run adds nobody.
    New,
    /// The company had somebody with this e-mail address, who was left as they were.
    Existing,
    /// The input has this e-mail address above already.
    Duplicate,
    /// Not added.
    Failed,
    /// The service may or may not have added them. Adding them again does no harm.
    Unknown,
}

/// What became of many people, as `users add --output json` prints it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct AddReport {
    /// The customer.
    pub company: CompanyRef,
    /// The file's name; null where the people are of no file.
    pub file: Option<String>,
    /// Whether nothing was written.
    pub is_dry_run: bool,
    /// How many people there are.
    pub rows: AddCounts,
    /// What became of each, in the order of the input.
    pub users: Vec<AddedUser>,
    /// What is wrong with the rows of the file that were not tried.
    pub rejected: Vec<RowProblem>,
    /// What a person should look at in the file; at most 10,000 are kept.
    #[serde(default)]
    pub warnings: Vec<Warning>,
    /// How the domains of the people compare with those of the company's users; null where the people are of
    /// no file.
    #[serde(default)]
    pub domains: Option<DomainComparison>,
    /// The digest of the file, to recognize it again.
    #[serde(skip)]
    pub(super) sha256: Option<String>,
}

/// How many people there are. The others add up to `total`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct AddCounts {
    /// All of them.
    pub total: u64,
    /// New users.
    pub added: u64,
    /// People whom the company does not have, and whom a dry run did not add.
    pub new: u64,
    /// People whom the company had already.
    pub existing: u64,
    /// People who are in the input above already. In a file, these are the rows whose only problem is that
    /// a valid row above has their e-mail address; they are among the rejected rows.
    pub duplicate: u64,
    /// People who were not added, or of whom that is not known.
    pub failed: u64,
    /// Rows of the file that were not tried, because of another problem.
    pub invalid: u64,
}

impl AddReport {
    /// Whether everybody is there now: no row failed or was rejected, also not as a duplicate.
    pub fn is_complete(&self) -> bool {
        self.rows.failed == 0 && self.rows.invalid == 0 && self.rejected.is_empty()
    }
}

impl AddCounts {
    pub(super) fn count(&mut self, outcome: AddOutcome) {
        self.total += 1;
        *match outcome {
            AddOutcome::Added => &mut self.added,
            AddOutcome::New => &mut self.new,
            AddOutcome::Existing => &mut self.existing,
            AddOutcome::Duplicate => &mut self.duplicate,
            AddOutcome::Failed | AddOutcome::Unknown => &mut self.failed,
        } += 1;
    }
}

impl fmt::Display for AddReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file} for ")?;
        }
        match self.is_dry_run {
            true => write!(f, "{}: {} new", self.company, self.rows.new)?,
            false => write!(f, "{}: {} added", self.company, self.rows.added)?,
        }
        let others = [
            (self.rows.existing, "existing"),
            (self.rows.duplicate, "duplicate"),
            (self.rows.failed, "failed"),
            (self.rows.invalid, "invalid"),
        ];
        for (count, what) in others.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, ", {count} {what}")?;
        }
        match self.is_dry_run {
            true => f.write_str("; nothing is written"),
            false => Ok(()),
        }
    }
}
