//! `companies`: the customers of the reseller.

mod list;
mod show;

use clap::Subcommand;
pub(super) use list::CompaniesDocument;

use crate::config::GlobalOptions;
use crate::exit::Result;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the customers
    List(list::Arguments),
    /// Show one customer
    Show(show::Arguments),
}

impl Command {
    pub(crate) async fn run(self, global: &GlobalOptions) -> Result {
        match self {
            Command::List(arguments) => list::run(global, &arguments).await,
            Command::Show(arguments) => show::run(global, &arguments).await,
        }
    }
}
