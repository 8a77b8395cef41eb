//! `groups`: the user groups of a customer.

mod add;
mod create;
mod delete;
mod group_argument;
mod list;
mod remove;
mod rename;

use clap::Subcommand;

use crate::commands::company_list::CompanyList;
use crate::config::GlobalOptions;
use crate::exit::Result;
use crate::interrupt::{ResumeHint, until_interrupted};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the groups
    #[command(after_help = "Examples:
  keepnet --company 'Acme LLC' groups list
  keepnet --company 'Acme LLC' groups list --sort name --columns id,name")]
    List(CompanyList),
    /// Create a group, unless one with this name exists
    #[command(after_help = "Examples:
  keepnet --company 'Acme LLC' groups create 'New starters' --priority high")]
    Create(create::Arguments),
    /// Add users to a group
    #[command(after_help = "Examples:
  keepnet --company 'Acme LLC' groups add 'New starters' ada@acme.example
  keepnet --company 'Acme LLC' groups add 'New starters' --from starters.txt")]
    Add(add::Arguments),
    /// Remove users from a group; they stay users of the customer
    #[command(after_help = "Examples:
  keepnet --company 'Acme LLC' groups remove 'New starters' ada@acme.example --yes")]
    Remove(remove::Arguments),
    /// Rename a group
    #[command(after_help = "Examples:
  keepnet --company 'Acme LLC' groups rename 'New starters' 'Starters 2026'")]
    Rename(rename::Arguments),
    /// Delete a group; its users stay users of the customer
    #[command(after_help = "Examples:
  keepnet --company 'Acme LLC' groups delete 'New starters' --dry-run")]
    Delete(delete::Arguments),
}

impl Command {
    pub(crate) async fn run(self, global: &GlobalOptions) -> Result {
        let hint = match self {
            Command::List(_) => ResumeHint::default(),
            _ => ResumeHint::of_change(),
        };
        until_interrupted(Some(&hint), self.run_with(global, &hint)).await
    }

    async fn run_with(self, global: &GlobalOptions, hint: &ResumeHint) -> Result {
        match self {
            Command::List(list) => list::run(global, &list, hint).await,
            Command::Create(arguments) => create::run(global, &arguments).await,
            Command::Add(arguments) => add::run(global, &arguments, hint).await,
            Command::Remove(arguments) => remove::run(global, &arguments, hint).await,
            Command::Rename(arguments) => rename::run(global, &arguments).await,
            Command::Delete(arguments) => delete::run(global, &arguments).await,
        }
    }
}
