//! What each customer of a fleet gets, checked as a whole before the first call.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use keepnet_client::CompanyRef;
use keepnet_staff_list::{Mapper, Mapping, Sheet};
use serde::{Deserialize, Serialize};

use crate::companies::CompanySelection;
use crate::error::of_sheet;
use crate::import::ImportMode;
use crate::{Error, ErrorKind, Reseller, Result};

/// What each customer gets: a staff list to import. Paths are relative to the folder of the fleet file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FleetFile {
    /// The customers, by name or id.
    pub customers: BTreeMap<String, FleetEntry>,
}

/// What a customer gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FleetEntry {
    /// The staff list to import.
    pub import: PathBuf,
    /// A mapping that was saved as JSON; absent for the headers of the staff list.
    #[serde(default)]
    pub mapping: Option<PathBuf>,
    /// The groups for the imported people, by name or id.
    #[serde(default)]
    pub group: Vec<String>,
    /// Which people to import. Default: all.
    #[serde(default = "all")]
    pub mode: ImportMode,
}

fn all() -> ImportMode {
    ImportMode::All
}

/// The work for one customer of a fleet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FleetJob {
    pub(super) company: CompanyRef,
    pub(super) file: PathBuf,
    /// The SHA-256 of the file when the fleet was checked.
    pub(super) sha256: String,
    pub(super) mapping: Option<PathBuf>,
    pub(super) group: Vec<String>,
    pub(super) mode: ImportMode,
}

/// A fleet whose files are checked, and whose customers are frozen.
#[derive(Clone, Debug)]
pub struct Fleet {
    pub(super) reseller: Reseller,
    pub(super) jobs: Vec<FleetJob>,
}

impl Fleet {
    /// Only these customers, by name or id.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if one of them is not in the fleet.
    pub fn only(mut self, names_or_ids: &[String]) -> Result<Fleet> {
        let is = |job: &FleetJob, wanted: &str| {
            job.company.id == wanted || job.company.name.to_lowercase() == wanted.to_lowercase()
        };
        let mut wanted = names_or_ids.iter();
        if let Some(unknown) = wanted.find(|wanted| !self.jobs.iter().any(|job| is(job, wanted))) {
            let problem = format!("the fleet has no customer {unknown:?}");
            return Err(Error::new(ErrorKind::NotFound, problem)
                .with_hint("use a name or id of the fleet file"));
        }
        self.jobs
            .retain(|job| names_or_ids.iter().any(|wanted| is(job, wanted)));
        Ok(self)
    }

    /// The customers, in the order of their entries.
    pub fn companies(&self) -> impl Iterator<Item = &CompanyRef> {
        self.jobs.iter().map(|job| &job.company)
    }
}

impl Reseller {
    /// Checks all files of a fleet without a call, then finds its customers.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`] if files cannot be read, mapped or have no valid row: one line for all of
    /// them; those of [`Reseller::select_companies`] for the customers; and [`ErrorKind::Conflict`] if two
    /// entries are of one customer.
    pub async fn fleet(&self, fleet: &FleetFile, folder: &Path) -> Result<Fleet> {
        let mut digests = Vec::new();
        let mut problems = Vec::new();
        for (name, entry) in &fleet.customers {
            match entry.check(folder) {
                Ok(sha256) => digests.push(sha256),
                Err(problem) => problems.push(format!("{name}: {problem}")),
            }
        }
        if !problems.is_empty() {
            let problem = format!("the fleet is not valid: {}", problems.join("; "));
            return Err(Error::new(ErrorKind::Invalid, problem)
                .with_hint("correct the files; nothing was sent"));
        }
        let mut jobs = Vec::new();
        let selection = CompanySelection::listed(fleet.customers.keys().cloned());
        let found = self.select_companies(&selection).await?;
        if found.companies().len() != fleet.customers.len() {
            let problem = "two entries of the fleet are of the same customer";
            return Err(Error::new(ErrorKind::Conflict, problem)
                .with_hint("keep one entry for each customer"));
        }
        let entries = fleet.customers.values().zip(digests);
        for (company, (entry, sha256)) in found.companies().iter().zip(entries) {
            jobs.push(FleetJob {
                company: company.clone(),
                file: folder.join(&entry.import),
                sha256,
                mapping: entry.mapping.as_ref().map(|it| folder.join(it)),
                group: entry.group.clone(),
                mode: entry.mode,
            });
        }
        Ok(Fleet {
            reseller: self.clone(),
            jobs,
        })
    }
}

impl FleetEntry {
    /// Checks the files without a call; returns the SHA-256 of the staff list.
    fn check(&self, folder: &Path) -> Result<String> {
        let sheet = open(&folder.join(&self.import))?;
        let mapper = mapper(self.mapping.as_ref().map(|it| folder.join(it)).as_deref())?;
        let mapping = mapper.map(&sheet).map_err(of_sheet)?;
        // Nobody is asked whether a guess is right.
        if let Some(guess) = mapping.columns().iter().find(|column| column.is_guess()) {
            let problem = format!(
                "column {} {:?} would be a guess for {}; save a mapping and name it",
                guess.letter(),
                guess.column(),
                guess.field()
            );
            return Err(Error::new(ErrorKind::Invalid, problem));
        }
        let validation = sheet.validate(&mapping).map_err(of_sheet)?;
        if validation.valid_rows().next().is_none() {
            let problem = format!("{} has no valid row", self.import.display());
            return Err(Error::new(ErrorKind::Invalid, problem));
        }
        sheet.sha256().map_err(of_sheet)
    }
}

pub(super) fn open(path: &Path) -> Result<Sheet> {
    Sheet::open(path).map_err(of_sheet)
}

/// The mapper of a saved mapping, or of the headers.
pub(super) fn mapper(mapping: Option<&Path>) -> Result<Mapper> {
    let Some(path) = mapping else {
        return Ok(Mapper::new());
    };
    let unreadable = |source: Box<dyn std::error::Error + Send + Sync>| {
        let problem = format!("{} is no saved mapping: {source}", path.display());
        Error::new(ErrorKind::Invalid, problem)
    };
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.into()))?;
    let mapping: Mapping = serde_json::from_str(&text).map_err(|error| unreadable(error.into()))?;
    Ok(Mapper::new().reuse(&mapping))
}
