//! `groups`: the user groups of a customer.

mod create;
mod list;

use clap::Subcommand;

use crate::config::GlobalOptions;
use crate::exit::Result;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the groups
    List(list::Arguments),
    /// Create a group, unless one with this name exists
    Create(create::Arguments),
}

impl Command {
    pub(crate) async fn run(self, global: &GlobalOptions) -> Result {
        match self {
            Command::List(arguments) => list::run(global, &arguments).await,
            Command::Create(arguments) => create::run(global, &arguments).await,
        }
    }
}
