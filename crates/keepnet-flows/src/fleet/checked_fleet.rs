//! A fleet whose files are checked and whose customers are frozen.

use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

use futures::stream::{self, StreamExt as _};
use keepnet_client::CompanyRef;

use super::changed_list::{ChangedList, changed_lists};
use super::fleet_entry::{CheckedList, FleetEntry};
use super::fleet_file::{FleetFile, list_problems};
use super::job::{FleetJob, is_company, one_customer};
use super::ledger::FleetLedger;
use super::list_warnings::ListWarnings;
use crate::companies::{CompanySelection, SelectedCompanies};
use crate::{Error, ErrorKind, Reseller, Result};

/// How many customers are at work at a time. With one read each, they have the eight that a client has in
/// flight. A customer that is written mostly waits for the jobs of the service.
pub(super) const AT_A_TIME: usize = 8;

/// A fleet whose files are checked, and whose customers are frozen.
#[derive(Clone, Debug)]
#[must_use = "nothing is done unless it is planned or run"]
pub struct Fleet {
    pub(super) reseller: Reseller,
    pub(super) jobs: Vec<FleetJob>,
    /// Of those whose list was read.
    warnings: Vec<ListWarnings>,
    /// Customers of a ledger that is gone on with, whose entry the fleet file has no more.
    pub(super) without_entry: Vec<CompanyRef>,
    /// The work of a ledger that is done, so that nothing is left to do.
    done: Vec<FleetJob>,
    /// Of that work, the lists that are not what they were.
    changed: Vec<ChangedList>,
    /// Whether it goes on with the run of a ledger.
    pub(super) resumes: bool,
    pub(super) customer_timeout: Option<Duration>,
}

impl Fleet {
    /// Only these customers, by name or id. Of a run that is resumed, one that is done stays done.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if one of them is not in the fleet; [`ErrorKind::Ambiguous`] if a text is of
    /// several, such as the id of one and the name of another.
    pub fn only(mut self, names_or_ids: &[String]) -> Result<Fleet> {
        let mut ids = HashSet::new();
        for wanted in names_or_ids {
            let jobs = self.jobs.iter().chain(&self.done);
            let jobs = jobs.filter(|job| job.is(wanted)).map(|job| &job.company);
            let others = self.without_entry.iter();
            let others = others.filter(|it| is_company(it, wanted));
            let company = one_customer(wanted, jobs.chain(others))?.ok_or_else(|| {
                let problem = format!("the fleet has no customer {wanted:?}");
                Error::new(ErrorKind::NotFound, problem)
                    .with_hint("use a name or id of the fleet file")
            })?;
            ids.insert(company.id.clone());
        }
        self.jobs.retain(|job| ids.contains(&job.company.id));
        self.warnings
            .retain(|it| self.jobs.iter().any(|job| job.company == it.company));
        self.without_entry
            .retain(|company| ids.contains(&company.id));
        self.changed.retain(|it| ids.contains(&it.company.id));
        Ok(self)
    }

    /// What a person should look at before the work begins: the customers whose lists have warnings, in the
    /// order of their entries. A list whose work was begun before is not read again.
    pub fn warnings(&self) -> &[ListWarnings] {
        &self.warnings
    }

    /// Of a run that is resumed, the customers whose work is done and whose list has changed since, or cannot
    /// be compared. Nothing is done for them: a new run does what their lists say now.
    pub fn changed_lists(&self) -> &[ChangedList] {
        &self.changed
    }

    /// How long the work for a customer may take before it is given up and has failed; what was begun
    /// goes on when the fleet is resumed. Default: no limit, since each request and each job that stands
    /// still has its own.
    pub fn customer_timeout(mut self, timeout: Duration) -> Fleet {
        self.customer_timeout = Some(timeout);
        self
    }

    /// The frozen customers, in the order of their entries; then those that are refused, because the fleet file
    /// has no entry for them any more.
    pub fn selected(&self) -> SelectedCompanies {
        let jobs = self.jobs.iter().map(|job| &job.company);
        SelectedCompanies::of(jobs.chain(&self.without_entry).cloned().collect())
    }
}

impl Reseller {
    /// Checks all files of a fleet without a call, then finds its customers.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`] if files cannot be read, mapped, have no valid row, or have no column that
    /// an option names: one line for all of them; those of [`Reseller::select_companies`] for the
    /// customers; and [`ErrorKind::Conflict`] if two entries are of one customer.
    pub async fn fleet(&self, fleet: &FleetFile, folder: &Path) -> Result<Fleet> {
        let entries = fleet.customers.iter();
        let entries = entries.map(|(name, entry)| (name.clone(), entry.clone()));
        let checked = check_entries(entries.collect(), folder).await?;
        let selection = CompanySelection::listed(fleet.customers.keys().cloned());
        let found = self.select_companies(&selection).await?;
        if found.companies().len() != checked.len() {
            let problem = "two entries of the fleet are of the same customer";
            return Err(Error::new(ErrorKind::Conflict, problem)
                .with_hint("keep one entry for each customer"));
        }
        let (mut jobs, mut warnings) = (Vec::new(), Vec::new());
        for (company, it) in found.companies().iter().zip(checked) {
            warnings.extend(it.list.warnings_of(company));
            jobs.push(FleetJob {
                company: company.clone(),
                name: it.name,
                entry: it.entry,
                sha256: it.list.sha256,
            });
        }
        Ok(Fleet {
            reseller: self.clone(),
            jobs,
            warnings,
            without_entry: Vec::new(),
            done: Vec::new(),
            changed: Vec::new(),
            resumes: false,
            customer_timeout: None,
        })
    }

    /// The customers of a ledger that are not done: those that wait, are at work or have failed. What was
    /// begun goes on as it was, from its ticket. For the others, the fleet file and the lists are read
    /// anew, so that corrected ones are tried. The customers stay those of the ledger: entries of others
    /// are left out, and one whose entry was removed is refused. The lists of those who are done are compared
    /// with what they were; see [`Fleet::changed_lists`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if the ledger has no run; [`ErrorKind::Conflict`] if its run is of a service
    /// at another address; [`ErrorKind::Invalid`] as [`fleet`](Reseller::fleet).
    pub async fn resume_fleet(
        &self,
        fleet: &FleetFile,
        folder: &Path,
        ledger: &FleetLedger,
    ) -> Result<Fleet> {
        let Some(run) = &ledger.run else {
            let problem = "the ledger has no run of a fleet";
            return Err(Error::new(ErrorKind::NotFound, problem).with_hint("start one"));
        };
        if run.base_url != self.raw().base_url() {
            let problem = format!(
                "the run of the ledger is of the service at {}",
                run.base_url
            );
            return Err(Error::new(ErrorKind::Conflict, problem)
                .with_hint("go on with it at that address, or begin a new run"));
        }
        let (mut jobs, mut anew, mut without_entry) = (Vec::new(), Vec::new(), Vec::new());
        let (mut done, mut lists) = (Vec::new(), Vec::new());
        for job in &run.jobs {
            let entry = fleet.customers.get(&job.name);
            if ledger.is_finished(job) {
                let entry = entry.map(|entry| entry.clone().in_folder(folder));
                lists.extend(entry.map(|entry| (job.clone(), entry.list().to_owned())));
                done.push(job.clone());
                continue;
            }
            let Some(entry) = entry else {
                without_entry.push(job.company.clone());
                continue;
            };
            if !ledger.is_begun(job) {
                anew.push((job.name.clone(), entry.clone()));
            }
            jobs.push(job.clone());
        }
        let mut warnings = Vec::new();
        for checked in check_entries(anew, folder).await? {
            for job in jobs.iter_mut().filter(|job| job.name == checked.name) {
                job.entry = checked.entry.clone();
                job.sha256 = checked.list.sha256.clone();
                warnings.extend(checked.list.warnings_of(&job.company));
            }
        }
        Ok(Fleet {
            reseller: self.clone(),
            jobs,
            warnings,
            without_entry,
            done,
            changed: changed_lists(lists).await?,
            resumes: true,
            customer_timeout: None,
        })
    }
}

/// An entry whose files are checked.
struct CheckedEntry {
    name: String,
    entry: FleetEntry,
    list: CheckedList,
}

/// Checks the files of all entries outside of the threads for the network, a few at a time, so that the
/// memory does not grow with the entries.
async fn check_entries(
    entries: Vec<(String, FleetEntry)>,
    folder: &Path,
) -> Result<Vec<CheckedEntry>> {
    let checks = stream::iter(entries).map(|(name, entry)| {
        let entry = entry.in_folder(folder);
        let check = move || match entry.check_files() {
            Ok(list) => Ok(CheckedEntry { name, entry, list }),
            Err(problem) => Err(format!("{name}: {problem}")),
        };
        tokio::task::spawn_blocking(check)
    });
    let mut results = checks.buffered(AT_A_TIME);
    let (mut checked, mut problems) = (Vec::new(), Vec::new());
    while let Some(result) = results.next().await {
        let result = result.map_err(|error| {
            let problem = "the check of the fleet was interrupted";
            Error::new(ErrorKind::Io, problem).with_source(error)
        });
        match result? {
            Ok(entry) => checked.push(entry),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() {
        return Ok(checked);
    }
    let problem = format!("the fleet is not valid: {}", list_problems(&problems));
    Err(Error::new(ErrorKind::Invalid, problem).with_hint("correct the files; nothing was sent"))
}
