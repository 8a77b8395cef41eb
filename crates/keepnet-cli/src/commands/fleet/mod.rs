//! `fleet`: one run for many customers.

mod file;
mod ledger_folder;
mod plan;
mod run;
mod run_arguments;
mod summary;
mod warning_lines;

use clap::Subcommand;

use crate::config::GlobalOptions;
use crate::exit::Result;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show what a fleet would do for each customer; nothing is written
    #[command(after_help = "Examples:
  keepnet fleet plan fleet.toml
  keepnet fleet plan fleet.toml --only 'Acme LLC'")]
    Plan(file::FleetArguments),
    /// Synchronize or import the staff list of each customer of a fleet
    #[command(after_help = "Examples:
  keepnet fleet run fleet.toml --yes
  keepnet fleet run fleet.toml --resume")]
    Run(run_arguments::RunArguments),
}

impl Command {
    pub(crate) async fn run(self, global: &GlobalOptions) -> Result {
        match self {
            Command::Plan(arguments) => plan::run(global, &arguments).await,
            Command::Run(arguments) => run::run(global, &arguments).await,
        }
    }
}
