//! How a command ended: the word of its document, and its exit code.

use serde::{Serialize, Serializer};

use super::status::ExitStatus;

/// How a command ended. A word of the documents can have several exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Complete,
    Partial,
    Incomplete,
    IncompleteUnknown,
    IncompleteJob,
    Findings,
    Planned,
    PlannedInPart,
    Refused,
    Started,
    Unverified,
    Added,
    Existing,
    Done,
    Unchanged,
}

impl Outcome {
    /// The end of a command that writes rows, users or customers one by one.
    pub(crate) fn of_rows(is_complete: bool) -> Outcome {
        match is_complete {
            true => Outcome::Complete,
            false => Outcome::Incomplete,
        }
    }

    /// The end of its dry run.
    pub(crate) fn of_dry_run(is_complete: bool) -> Outcome {
        match is_complete {
            true => Outcome::Planned,
            false => Outcome::PlannedInPart,
        }
    }

    /// The end of a list that has all its items, or not.
    pub(crate) fn of_list(is_whole: bool) -> Outcome {
        match is_whole {
            true => Outcome::Complete,
            false => Outcome::Partial,
        }
    }

    /// The same, or that it is not known what the service wrote.
    pub(crate) fn or_unknown(self, is_unknown: bool) -> Outcome {
        match is_unknown {
            true => Outcome::IncompleteUnknown,
            false => self,
        }
    }

    /// The word in the document.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Outcome::Complete => "complete",
            Outcome::Partial => "partial",
            Outcome::Incomplete | Outcome::IncompleteUnknown | Outcome::IncompleteJob => {
                "incomplete"
            }
            Outcome::Findings => "findings",
            Outcome::Planned | Outcome::PlannedInPart => "planned",
            Outcome::Refused => "refused",
            Outcome::Started => "started",
            Outcome::Unverified => "unverified",
            Outcome::Added => "added",
            Outcome::Existing => "existing",
            Outcome::Done => "done",
            Outcome::Unchanged => "unchanged",
        }
    }

    /// The exit code of a command that ends so.
    pub(crate) fn status(self) -> ExitStatus {
        match self {
            Outcome::Complete
            | Outcome::Partial
            | Outcome::Planned
            | Outcome::Added
            | Outcome::Existing
            | Outcome::Done
            | Outcome::Unchanged => ExitStatus::Done,
            Outcome::IncompleteJob | Outcome::Refused => ExitStatus::Failed,
            Outcome::Incomplete
            | Outcome::Findings
            | Outcome::PlannedInPart
            | Outcome::Unverified => ExitStatus::Partial,
            Outcome::IncompleteUnknown | Outcome::Started => ExitStatus::Running,
        }
    }

    /// What it means, for the schema of a document.
    pub(crate) fn meaning(self) -> &'static str {
        match self {
            Outcome::Complete => "everything that was asked for",
            Outcome::Partial => "there are more items",
            Outcome::Incomplete => "something is missing, was rejected or failed",
            Outcome::IncompleteUnknown => "it is not known what the service has written",
            Outcome::IncompleteJob => "the job has failed",
            Outcome::Findings => "something needs a person",
            Outcome::Planned => "a dry run: nothing is written",
            Outcome::PlannedInPart => "a dry run that rejects rows or users: nothing is written",
            Outcome::Refused => "nothing is written: the plan is refused as a whole",
            Outcome::Started => "the service still works on it",
            Outcome::Unverified => "it has ended, and its figures do not agree",
            Outcome::Added => "the user was created",
            Outcome::Existing => "the user existed already, and is not changed",
            Outcome::Done => "the user was written",
            Outcome::Unchanged => "the user is as wanted already",
        }
    }
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}
