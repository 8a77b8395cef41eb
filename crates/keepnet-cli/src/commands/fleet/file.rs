//! The fleet file, and the ledger beside it.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use keepnet_flows::{Error, ErrorKind, Fleet, FleetFile, FleetLedger, Reseller};

use crate::exit::{CliError, ExitStatus, Result};
use crate::text::filled;

#[derive(Clone, Debug, Args)]
pub(crate) struct FleetArguments {
    /// The fleet file: for each customer `[customers."NAME"]` with `sync` or `import` and the options of
    /// that command, and `[defaults]` for all; paths are relative to its folder
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Work on these customers of the fleet only, by name or id, separated by commas; can be repeated
    #[arg(long, value_name = "NAME|ID", value_delimiter = ',', value_parser = filled)]
    only: Vec<String>,
}

impl FleetArguments {
    /// Checks the whole fleet, and finds its customers.
    pub(super) async fn fleet(&self, reseller: &Reseller, file: &FleetFile) -> Result<Fleet> {
        let fleet = reseller.fleet(file, self.folder()).await;
        self.chosen(fleet.map_err(of_customer)?)
    }

    /// The customers of the last run that are not done.
    pub(super) async fn rest(
        &self,
        reseller: &Reseller,
        file: &FleetFile,
        ledger: &FleetLedger,
    ) -> Result<Fleet> {
        let fleet = reseller.resume_fleet(file, self.folder(), ledger).await;
        self.chosen(fleet.map_err(CliError::from_argument)?)
    }

    fn chosen(&self, fleet: Fleet) -> Result<Fleet> {
        match self.only.is_empty() {
            true => Ok(fleet),
            false => fleet.only(&self.only).map_err(of_customer),
        }
    }

    /// The folder of the ledger, which is beside the fleet file.
    pub(super) fn ledger_folder(&self) -> PathBuf {
        let mut name = self.file.clone().into_os_string();
        name.push(".ledger");
        name.into()
    }

    /// The customers that the run is limited to.
    pub(super) fn only(&self) -> &[String] {
        &self.only
    }

    pub(super) fn path(&self) -> &Path {
        &self.file
    }

    /// Reads the fleet file, and checks all of its options.
    pub(super) fn read(&self) -> Result<FleetFile> {
        let problem =
            |problem: String| CliError::about_file(ExitStatus::Usage, &self.file, problem);
        let text = fs::read_to_string(&self.file).map_err(|error| {
            problem("the fleet file cannot be read".to_owned()).with_source(error)
        })?;
        toml::from_str(&text).map_err(|error| problem(error.message().to_owned()))
    }

    fn folder(&self) -> &Path {
        self.file.parent().unwrap_or(Path::new(""))
    }
}

/// The error of a customer that is named wrong, as with every other command; or of a file that is wrong.
pub(super) fn of_customer(error: Error) -> CliError {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::Ambiguous => CliError::from_company_lookup(error),
        _ => CliError::from_argument(error),
    }
}
