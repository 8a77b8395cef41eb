//! `groups`: the user groups of a customer.

mod add;
mod create;
mod delete;
mod list;
mod remove;
mod rename;

use clap::Subcommand;

use crate::config::GlobalOptions;
use crate::exit::Result;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the groups
    List(list::Arguments),
    /// Create a group, unless one with this name exists
    Create(create::Arguments),
    /// Put users into a group
    Add(add::Arguments),
    /// Take users out of a group; they stay users of the customer
    Remove(remove::Arguments),
    /// Give a group another name
    Rename(rename::Arguments),
    /// Delete a group; its users stay users of the customer
    Delete(delete::Arguments),
}

impl Command {
    pub(crate) async fn run(self, global: &GlobalOptions) -> Result {
        match self {
            Command::List(arguments) => list::run(global, &arguments).await,
            Command::Create(arguments) => create::run(global, &arguments).await,
            Command::Add(arguments) => add::run(global, &arguments).await,
            Command::Remove(arguments) => remove::run(global, &arguments).await,
            Command::Rename(arguments) => rename::run(global, &arguments).await,
            Command::Delete(arguments) => delete::run(global, &arguments).await,
        }
    }
}
