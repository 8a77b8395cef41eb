//! `groups`: the groups of a customer's people.

mod create;
mod list;

use clap::Subcommand;

use crate::config::GlobalOptions;
use crate::exit::{Failure, Status};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the groups
    List,
    /// Create a group, unless there is one of this name
    Create(create::Arguments),
}

impl Command {
    pub(crate) async fn run(self, global: &GlobalOptions) -> Result<Status, Failure> {
        match self {
            Command::List => list::run(global).await,
            Command::Create(arguments) => create::run(global, &arguments).await,
        }
    }
}
