//! The ledger of a fleet on the disk: how far each customer is, without people's data.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::fleet_file::FleetJob;
use super::outcome::FleetOutcome;
use crate::import::TicketFolder;
use crate::{Error, ErrorKind, Result};

const LEDGER: &str = "ledger.ndjson";

/// The ledger of one run, in a folder: lines of JSON, of which the last one of a customer counts, and the
/// tickets of the imports. It is locked as long as the value lives.
#[derive(Debug)]
pub struct FleetLedger {
    folder: PathBuf,
    lines: Mutex<File>,
    /// Held until the ledger is dropped.
    _lock: File,
    pub(super) jobs: Option<Vec<FleetJob>>,
    pub(super) outcomes: BTreeMap<String, FleetOutcome>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Outcome(FleetOutcome),
    Jobs { fleet: Vec<FleetJob> },
}

impl FleetLedger {
    /// Opens the ledger of a folder, and makes it if there is none. A line that a crash has cut off is
    /// left out.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] if another run has the ledger open; [`ErrorKind::Io`] if it cannot be read
    /// or written.
    pub fn open(folder: impl Into<PathBuf>) -> Result<FleetLedger> {
        let folder = folder.into();
        let failed = |error: std::io::Error| {
            let problem = format!(
                "the ledger of the fleet in {} cannot be used",
                folder.display()
            );
            Error::new(ErrorKind::Io, problem).with_source(error)
        };
        fs::create_dir_all(&folder).map_err(failed)?;
        let lock = File::create(folder.join("lock")).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let problem = "another run of this fleet is at work";
                return Err(
                    Error::new(ErrorKind::Conflict, problem).with_hint("wait until it has ended")
                );
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let path = folder.join(LEDGER);
        let (mut jobs, mut outcomes) = (None, BTreeMap::new());
        if let Ok(file) = File::open(&path) {
            for line in BufReader::new(file).lines() {
                match serde_json::from_str(&line.map_err(failed)?) {
                    Ok(Line::Jobs { fleet }) => jobs = Some(fleet),
                    Ok(Line::Outcome(outcome)) => {
                        outcomes.insert(outcome.company_id.clone(), outcome);
                    }
                    Err(_) => {}
                }
            }
        }
        let mut lines = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(failed)?;
        // What follows a line that was cut off must start a line of its own.
        lines.write_all(b"\n").map_err(failed)?;
        Ok(FleetLedger {
            folder,
            lines: Mutex::new(lines),
            _lock: lock,
            jobs,
            outcomes,
        })
    }

    /// How many customers of the run in this ledger are not finished; `None` if it has no run.
    pub fn unfinished(&self) -> Option<usize> {
        let jobs = self.jobs.as_ref()?.iter();
        let is_unfinished = |job: &&FleetJob| !self.is_finished(&job.company.id);
        Some(jobs.filter(is_unfinished).count())
    }

    /// Puts the run of this ledger aside, under the next free number, so that the ledger is empty.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] if customers are not finished; [`ErrorKind::Io`] if the files cannot be
    /// renamed.
    pub fn archive(mut self) -> Result<FleetLedger> {
        if self.unfinished().is_some_and(|count| count > 0) {
            let problem = "the last run of this fleet is not finished";
            return Err(Error::new(ErrorKind::Conflict, problem).with_hint("resume it"));
        }
        let failed = |error: std::io::Error| {
            let problem = "the last run of the fleet cannot be put aside";
            Error::new(ErrorKind::Io, problem).with_source(error)
        };
        let mut numbers = 1_u32..;
        let name = |number: u32| self.folder.join(format!("ledger-{number}.ndjson"));
        let number = numbers.find(|number| !name(*number).exists()).unwrap_or(0);
        fs::rename(self.folder.join(LEDGER), name(number)).map_err(failed)?;
        let imports = self.folder.join("imports");
        if imports.exists() {
            let aside = self.folder.join(format!("imports-{number}"));
            fs::rename(imports, aside).map_err(failed)?;
        }
        let lines = File::create(self.folder.join(LEDGER)).map_err(failed)?;
        self.lines = Mutex::new(lines);
        self.jobs = None;
        self.outcomes.clear();
        Ok(self)
    }

    /// The folder of the ledger.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn is_finished(&self, company: &str) -> bool {
        let outcome = self.outcomes.get(company);
        outcome.is_some_and(|it| it.outcome.is_finished())
    }

    pub(super) fn write_jobs(&self, jobs: &[FleetJob]) -> Result<()> {
        self.write(&Line::Jobs {
            fleet: jobs.to_vec(),
        })
    }

    pub(super) fn write_outcome(&self, outcome: &FleetOutcome) -> Result<()> {
        self.write(&Line::Outcome(outcome.clone()))
    }

    /// The tickets of a customer's import.
    pub(super) fn tickets(&self, company: &str) -> TicketFolder {
        TicketFolder::new(self.folder.join("imports").join(company))
    }

    fn write(&self, line: &Line) -> Result<()> {
        let failed = |error: std::io::Error| {
            Error::new(ErrorKind::Io, "the ledger of the fleet cannot be written")
                .with_source(error)
        };
        let mut text = serde_json::to_vec(line).map_err(|error| failed(error.into()))?;
        text.push(b'\n');
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.write_all(&text).map_err(failed)?;
        lines.sync_data().map_err(failed)
    }
}
