//! `users`: the people of a customer.

mod add;
mod check;
mod count;
mod export;
mod filter;
mod import;
mod list;
mod save_file;
mod staff_list;
mod template;

use clap::Subcommand;

use crate::config::GlobalOptions;
use crate::exit::{Failure, Status};
use crate::interrupt;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the people
    List(list::Arguments),
    /// Count the people by status
    Count,
    /// Add one person, or the people of a file who are not there yet
    Add(Box<add::Arguments>),
    /// Import people from a workbook or CSV file
    Import(Box<import::Arguments>),
    /// Check a staff list without network or credentials
    Check(staff_list::StaffList),
    /// Save the people as a file that the service writes
    Export(export::Arguments),
    /// Save the service's template of a staff list
    Template(save_file::SaveFile),
}

impl Command {
    pub(crate) async fn run(self, global: &GlobalOptions) -> Result<Status, Failure> {
        match self {
            Command::List(arguments) => interrupt::watch(list::run(global, &arguments)).await,
            Command::Count => interrupt::watch(count::run(global)).await,
            Command::Add(arguments) => interrupt::watch(add::run(global, *arguments)).await,
            Command::Import(arguments) => import::run(global, *arguments).await,
            Command::Check(list) => check::run(global, &list),
            Command::Export(arguments) => interrupt::watch(export::run(global, &arguments)).await,
            Command::Template(file) => interrupt::watch(template::run(global, &file)).await,
        }
    }
}
