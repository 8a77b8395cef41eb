//! The ledger of a fleet on the disk: how far each customer is, without people's data.

mod contents;
mod lines;

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use keepnet_client::CompanyRef;

use self::contents::{FleetRun, LedgerContents, Line};
use self::lines::LedgerLines;
use super::fleet_entry::FleetWork;
use super::job::{FleetJob, one_customer};
use super::outcome::{FleetOutcome, FleetState};
use crate::import::{FileLock, TicketFolder, ensure_utf_8};
use crate::{Error, ErrorKind, Result};

const LEDGER: &str = "ledger.ndjson";

/// The ledger of one run, in a folder: lines of JSON, of which the last one of a customer counts. It is
/// locked as long as the value lives.
#[derive(Debug)]
pub struct FleetLedger {
    folder: PathBuf,
    lines: Mutex<LedgerLines<File>>,
    /// Held until the ledger is dropped.
    _lock: FileLock,
    tickets: TicketFolder,
    pub(super) run: Option<FleetRun>,
    pub(super) outcomes: BTreeMap<String, FleetOutcome>,
}

impl FleetLedger {
    /// Opens the ledger of a folder, and makes it if there is none. A last line that a crash has cut off is
    /// left out: what it says was not begun.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] if another run has the ledger open; [`ErrorKind::Invalid`] if another line is
    /// damaged, or of another version: it is not known then what was done; [`ErrorKind::Io`] if the ledger
    /// cannot be read or written.
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
        let lock = match FileLock::of(lock) {
            Ok(lock) => lock,
            Err(TryLockError::WouldBlock) => {
                let problem = "another run of this fleet is at work";
                return Err(
                    Error::new(ErrorKind::Conflict, problem).with_hint("wait until it has ended")
                );
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        };
        let path = folder.join(LEDGER);
        let contents = LedgerContents::read(&path)?;
        let tickets = match &contents.run {
            Some(run) => TicketFolder::new(&run.tickets),
            None => TicketFolder::new(absolute(&folder.join("tickets"))),
        };
        let mut options = File::options();
        let file = options.create(true).write(true).truncate(false).open(&path);
        let lines = LedgerLines::new(file.map_err(failed)?, contents.end, contents.lacks_break);
        Ok(FleetLedger {
            folder,
            lines: Mutex::new(lines),
            _lock: lock,
            tickets,
            run: contents.run,
            outcomes: contents.outcomes,
        })
    }

    /// Keeps the tickets of a new run in this folder. If it is the one of single runs, a run and a fleet
    /// do not work on one customer at the same time. A run that is resumed has the folder with which it
    /// began. Default: a folder in the one of the ledger.
    pub fn tickets(mut self, folder: &TicketFolder) -> FleetLedger {
        if self.run.is_none() {
            self.tickets = TicketFolder::new(absolute(folder.path()));
        }
        self
    }

    /// How many customers of the run in this ledger do not have what their list says yet, and are what
    /// [`Reseller::resume_fleet`](crate::Reseller::resume_fleet) goes on with; `None` if it has no run.
    pub fn unfinished(&self) -> Option<usize> {
        let jobs = self.run.as_ref()?.jobs.iter();
        Some(jobs.filter(|job| !self.is_finished(job)).count())
    }

    /// How many customers of the run in this ledger wait, or are in the middle of their work. As long as
    /// there are some, no new run begins. Those that were refused or have failed do not count.
    pub fn in_progress(&self) -> usize {
        let jobs = self.run.iter().flat_map(|run| &run.jobs);
        let is_in_progress = |job: &&FleetJob| match self.outcome(job) {
            None => true,
            Some(it) => {
                let is_open = matches!(it.outcome, FleetState::Waiting | FleetState::Running);
                is_open || self.has_open_ticket(job)
            }
        };
        jobs.filter(is_in_progress).count()
    }

    /// Begins anew with these customers, by name or id, whatever became of them: their lists are read
    /// again, and what was begun is not gone on with. The ticket of an outcome that is unknown is removed:
    /// look at the company before. Otherwise, an import that the service has accepted is awaited before a
    /// new synchronization is planned.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if the ledger has no such customer; [`ErrorKind::Ambiguous`] if a text is of
    /// several; [`ErrorKind::Conflict`] if the service
    /// may be working on an import of the customer, which is to be resumed first, or if another process
    /// has its ticket; [`ErrorKind::Io`] if the ledger or the tickets cannot be written.
    pub fn begin_anew(&mut self, names_or_ids: &[String]) -> Result<()> {
        for wanted in names_or_ids {
            let jobs = || self.run.iter().flat_map(|run| &run.jobs);
            let meant = jobs().filter(|job| job.is(wanted));
            let company = one_customer(wanted, meant.map(|job| &job.company))?;
            let mut of_company = jobs().filter(|job| Some(&job.company) == company);
            let job = of_company.next().ok_or_else(|| {
                let problem = format!("the last run has no customer {wanted:?}");
                Error::new(ErrorKind::NotFound, problem)
                    .with_hint("use a name or id of its customers")
            })?;
            let is_import = job.entry.work() == FleetWork::Import;
            let outcome = self.outcome(job);
            if let Some(it) = outcome.filter(|it| it.outcome == FleetState::Unknown) {
                // Somebody has looked at the company, and the ticket knows no more.
                match &it.ticket {
                    Some(id) if is_import => self.tickets.give_up(id, id)?,
                    Some(id) => self.tickets.give_up_sync(id)?,
                    None => {}
                }
            } else if is_import && self.is_begun(job) && self.has_open_ticket(job) {
                let problem = "the service may be working on the import of the customer";
                return Err(Error::new(ErrorKind::Conflict, problem)
                    .with_company(&job.company)
                    .with_hint("resume it first"));
            }
            let waiting = FleetOutcome::new(&job.company, FleetState::Waiting);
            self.write_outcome(&waiting)?;
            self.outcomes.insert(waiting.company_id.clone(), waiting);
        }
        Ok(())
    }

    /// Whether the work of the ticket is not finished. A single run of the customer may have finished it.
    fn has_open_ticket(&self, job: &FleetJob) -> bool {
        let ticket = self.outcome(job).and_then(|it| it.ticket.as_ref());
        ticket.is_some_and(|id| self.is_open(job, id))
    }

    /// Whether the work of a ticket is not finished. One that cannot be read is kept for a person.
    pub(super) fn is_open(&self, job: &FleetJob, ticket: &str) -> bool {
        let is_open = match job.entry.work() {
            FleetWork::Sync => {
                let ticket = self.tickets.find_sync(ticket);
                ticket.map(|it| !it.is_finished())
            }
            FleetWork::Import => {
                let ticket = self.tickets.find(ticket);
                ticket.map(|it| it.is_confirmed() && !it.is_finished())
            }
        };
        is_open.unwrap_or_else(|error| error.kind() != ErrorKind::NotFound)
    }

    /// Puts the run of this ledger aside, under the next free number, so that the ledger is empty.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] if customers wait or are [in progress](Self::in_progress);
    /// [`ErrorKind::Io`] if the file cannot be renamed.
    pub fn archive(mut self) -> Result<FleetLedger> {
        if self.in_progress() > 0 {
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
        let lines = File::create(self.folder.join(LEDGER)).map_err(failed)?;
        self.lines = Mutex::new(LedgerLines::new(lines, 0, false));
        self.run = None;
        self.outcomes.clear();
        Ok(self)
    }

    /// The folder of the ledger.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn outcome(&self, job: &FleetJob) -> Option<&FleetOutcome> {
        self.outcomes.get(&job.company.id)
    }

    /// The ticket of what was begun for a customer.
    pub(super) fn ticket_of(&self, company: &CompanyRef) -> Option<String> {
        let outcome = self.outcomes.get(&company.id);
        outcome.and_then(|it| it.ticket.clone())
    }

    pub(super) fn is_finished(&self, job: &FleetJob) -> bool {
        self.outcome(job).is_some_and(|it| it.outcome.is_good())
    }

    /// Whether the work for a customer goes on as it was begun. An import that was not confirmed has
    /// written nothing, and begins again.
    pub(super) fn is_begun(&self, job: &FleetJob) -> bool {
        let Some(ticket) = self.outcome(job).and_then(|it| it.ticket.as_ref()) else {
            return false;
        };
        let unconfirmed = |id: &str| self.tickets.find(id).is_ok_and(|it| !it.is_confirmed());
        job.entry.work() == FleetWork::Sync || !unconfirmed(ticket)
    }

    pub(super) fn write_run(&mut self, jobs: &[FleetJob], base_url: &str) -> Result<()> {
        ensure_utf_8(self.tickets.path())?;
        let run = FleetRun {
            jobs: jobs.to_vec(),
            base_url: base_url.to_owned(),
            tickets: self.tickets.path().to_owned(),
        };
        self.write(&Line::Run(run))
    }

    /// Replaces the job of a customer, if it is another one.
    pub(super) fn write_job(&self, job: &FleetJob) -> Result<()> {
        match self.has_job(job) {
            true => Ok(()),
            false => self.write(&Line::Job { job: job.clone() }),
        }
    }

    /// Whether the list and the options of the customer are those of the ledger.
    pub(super) fn has_job(&self, job: &FleetJob) -> bool {
        let mut jobs = self.run.iter().flat_map(|run| &run.jobs);
        jobs.any(|it| it == job)
    }

    pub(super) fn write_outcome(&self, outcome: &FleetOutcome) -> Result<()> {
        self.write(&Line::Outcome(outcome.clone()))
    }

    /// Where the tickets are.
    pub(super) fn ticket_folder(&self) -> &TicketFolder {
        &self.tickets
    }

    fn write(&self, line: &Line) -> Result<()> {
        let failed = |error: std::io::Error| {
            let advice = match error.kind() {
                io::ErrorKind::NotFound => "put its folder back and resume the fleet",
                _ => "make room for it or make it writable, and resume the fleet",
            };
            let problem = format!("the ledger of the fleet cannot be written ({error})");
            Error::new(ErrorKind::Io, problem)
                .with_source(error)
                .with_hint(advice)
        };
        let text = serde_json::to_vec(line).map_err(|error| {
            let problem = format!("the ledger of the fleet cannot be written as JSON ({error})");
            Error::new(ErrorKind::Invalid, problem).with_source(error)
        })?;
        // The file stays open when its folder is removed, and nobody would find what is written to it.
        if !self.folder.join(LEDGER).exists() {
            return Err(failed(io::ErrorKind::NotFound.into()));
        }
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.append(&text).map_err(failed)?;
        lines.file().sync_data().map_err(failed)
    }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
