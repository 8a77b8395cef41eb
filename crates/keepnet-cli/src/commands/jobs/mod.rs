//! `jobs`: the background jobs of a customer.

mod list;
mod show;

use clap::Subcommand;

use crate::commands::listing::ListOptions;
use crate::config::GlobalOptions;
use crate::exit::Result;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the jobs
    List(ListOptions),
    /// Show one job and its failed rows
    Show(show::Arguments),
}

impl Command {
    pub(crate) async fn run(self, global: &GlobalOptions) -> Result {
        match self {
            Command::List(options) => list::run(global, &options).await,
            Command::Show(arguments) => show::run(global, &arguments).await,
        }
    }
}
