//! `users`: the users of a customer.

mod add;
mod check;
mod columns;
mod count;
mod export;
mod filter;
mod import;
mod list;
mod output_file;
mod staff_list;
mod template;

use clap::Subcommand;
pub(super) use count::Counts;
pub(super) use import::ReportWithChanges;

use crate::commands::many::ManyCustomers;
use crate::config::GlobalOptions;
use crate::exit::Result;
use crate::interrupt::{ResumeHint, until_interrupted};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the users
    List(list::Arguments),
    /// Count the users by status
    Count(ManyCustomers),
    /// Add one user, or the new users of a file
    Add(Box<add::Arguments>),
    /// Import users from a workbook or CSV file
    Import(Box<import::Arguments>),
    /// Check a staff list, without network or credentials
    Check(staff_list::StaffList),
    /// Export users to a file that the service writes
    Export(export::Arguments),
    /// Download the service's template for a staff list
    Template(output_file::OutputFile),
}

impl Command {
    pub(crate) async fn run(self, global: &GlobalOptions) -> Result {
        match self {
            Command::List(arguments) => {
                until_interrupted(None, list::run(global, &arguments)).await
            }
            Command::Count(customers) => {
                until_interrupted(None, count::run(global, &customers)).await
            }
            Command::Add(arguments) => {
                let hint = ResumeHint::default();
                until_interrupted(Some(&hint), add::run(global, *arguments, &hint)).await
            }
            Command::Import(arguments) => import::run(global, &arguments).await,
            Command::Check(list) => check::run(global, &list),
            Command::Export(arguments) => {
                until_interrupted(None, export::run(global, &arguments)).await
            }
            Command::Template(file) => until_interrupted(None, template::run(global, &file)).await,
        }
    }
}
