//! `jobs`: the background jobs of a customer.

mod list;
mod show;
mod status;

use clap::Subcommand;

use crate::config::GlobalOptions;
use crate::exit::{Failure, Status};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the jobs
    List,
    /// Show one job and the rows it failed at
    Show(show::Arguments),
}

impl Command {
    pub(crate) async fn run(self, global: &GlobalOptions) -> Result<Status, Failure> {
        match self {
            Command::List => list::run(global).await,
            Command::Show(arguments) => show::run(global, &arguments).await,
        }
    }
}
