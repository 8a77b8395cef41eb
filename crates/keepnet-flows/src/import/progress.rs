//! The progress of an import.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How far an import is. Displayed as a line for people, such as `mapping 1200/5000`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// How many rows of this stage are done.
    pub done: u64,
    /// How many rows this stage has; null where that is not known, or no matter.
    pub total: Option<u64>,
}

/// What an import is doing, in the order in which it is done.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Stage {
    /// The rows are read and checked, here.
    Checking,
    /// The file is sent.
    Uploading,
    /// The service sorts the rows into new, existing and invalid ones.
    Mapping,
    /// The rows that the service does not accept are fetched.
    Previewing,
    /// The import is being asked for, and its job looked for.
    Starting,
    /// The response to the request was lost. Its job is looked for, for up to a minute, and jobs that may
    /// be it are watched.
    Recovering,
    /// The service writes the users.
    Importing,
    /// The users are counted again.
    Verifying,
    /// The people of the company are listed.
    Listing,
    /// People are changed, deactivated or deleted, one by one.
    Editing,
}

impl Progress {
    pub(crate) fn at(stage: Stage) -> Progress {
        Progress {
            stage,
            done: 0,
            total: None,
        }
    }

    pub(crate) fn of(stage: Stage, done: u64, total: u64) -> Progress {
        Progress {
            stage,
            done: done.min(total),
            total: Some(total),
        }
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.stage)?;
        match self.total {
            Some(total) => write!(f, " {}/{total}", self.done),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stage::Checking => "checking the rows",
            Stage::Uploading => "uploading",
            Stage::Mapping => "mapping",
            Stage::Previewing => "reading the rejected rows",
            Stage::Starting => "starting the import",
            Stage::Recovering => "no response to the import, looking for its job",
            Stage::Importing => "importing",
            Stage::Verifying => "counting the users",
            Stage::Listing => "listing the users",
            Stage::Editing => "editing users",
        })
    }
}
