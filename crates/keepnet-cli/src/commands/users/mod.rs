//! `users`: the users of a customer.

mod add;
mod check;
mod columns;
mod count;
mod edit;
mod export;
mod filter;
mod import;
mod list;
mod output_file;
mod show;
mod staff_list;
mod template;

use clap::Subcommand;
pub(super) use count::Counts;
use edit::{activate, deactivate, delete, update};
pub(super) use import::ReportWithChanges;

use crate::commands::many::ManyCustomers;
use crate::commands::people::People;
use crate::config::GlobalOptions;
use crate::exit::Result;
use crate::interrupt::{ResumeHint, until_interrupted};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the users
    List(list::Arguments),
    /// Count the users by status
    Count(ManyCustomers),
    /// Show users, by their e-mail addresses
    Show(show::Arguments),
    /// Change fields of a user
    Update(Box<update::Arguments>),
    /// Pause the trainings and simulations of users, whose data stay
    Deactivate(deactivate::Arguments),
    /// End the pause of users
    Activate(People),
    /// Delete users, which cannot be undone
    Delete(delete::Arguments),
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
            Command::Show(arguments) => {
                until_interrupted(None, show::run(global, &arguments)).await
            }
            Command::Update(arguments) => {
                until_interrupted(None, update::run(global, &arguments)).await
            }
            Command::Deactivate(arguments) => {
                until_interrupted(None, deactivate::run(global, &arguments)).await
            }
            Command::Activate(people) => {
                until_interrupted(None, activate::run(global, &people)).await
            }
            Command::Delete(arguments) => {
                until_interrupted(None, delete::run(global, &arguments)).await
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
