//! `users`: the users of a customer.

mod add;
mod check;
mod columns;
mod count;
mod domains;
mod edit;
mod export;
mod filter;
mod import;
mod list;
mod output_file;
mod resumable;
mod show;
mod staff_list;
mod sync;
mod template;
mod unfinished;

use clap::Subcommand;
pub(super) use count::Counts;
use edit::{activate, deactivate, delete, update};
pub(super) use import::ReportWithChanges;
pub(super) use sync::{ReportWithRows, rename_text};

use crate::commands::many::ManyCustomers;
use crate::commands::people::{ConfirmedPeople, People};
use crate::config::GlobalOptions;
use crate::exit::Result;
use crate::interrupt::{ResumeHint, until_interrupted};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the users
    #[command(after_help = "Examples:
  keepnet --company 'Acme LLC' users list --search ada
  keepnet --company 'Acme LLC' users list --created-after 7d --all --output csv
  keepnet --company 'Acme LLC' users list --sort department --columns department,email")]
    List(list::Arguments),
    /// Count the users by status
    #[command(after_help = "Examples:
  keepnet --company 'Acme LLC' users count
  keepnet users count --companies all --output csv")]
    Count(ManyCustomers),
    /// Show the users with these e-mail addresses
    #[command(after_help = "Examples:
  keepnet --company 'Acme LLC' users show ada@acme.example")]
    Show(show::Arguments),
    /// Change fields of a user
    #[command(after_help = "Examples:
  keepnet --company 'Acme LLC' users update ada@acme.example --department Sales
  keepnet --company 'Acme LLC' users update ada@acme.example --email ada.kaya@acme.example --dry-run")]
    Update(Box<update::Arguments>),
    /// Deactivate users: they get no training and no simulations, and their data is kept
    #[command(after_help = "Examples:
  keepnet --company 'Acme LLC' users deactivate ada@acme.example
  keepnet --company 'Acme LLC' users deactivate --from leavers.txt --yes")]
    Deactivate(ConfirmedPeople),
    /// Activate users: they get training and simulations again
    #[command(after_help = "Examples:
  keepnet --company 'Acme LLC' users activate ada@acme.example")]
    Activate(People),
    /// Delete users; this cannot be undone
    #[command(after_help = "Examples:
  keepnet --company 'Acme LLC' users delete --from leavers.txt --dry-run
  keepnet --company 'Acme LLC' users delete ada@acme.example --yes")]
    Delete(ConfirmedPeople),
    /// Add one user, or the new users of a file
    #[command(after_help = "Examples:
  keepnet --company 'Acme LLC' users add --email ada@acme.example --first-name Ada
  keepnet --company 'Acme LLC' users add --from new-starters.csv --dry-run")]
    Add(Box<add::Arguments>),
    /// Import users from a workbook or CSV file
    #[command(after_help = "Examples:
  keepnet --company 'Acme LLC' users import people.xlsx --dry-run --diff
  keepnet --company 'Acme LLC' users import people.xlsx --map Team=Department --yes
  keepnet users import --resume")]
    Import(Box<import::Arguments>),
    /// Make the users match a file: add, change, and deactivate or delete users
    #[command(after_help = "Examples:
  keepnet --company 'Acme LLC' users sync hr.csv --dry-run --diff
  keepnet --company 'Acme LLC' users sync hr.csv --yes --report sync-report
  keepnet users sync --apply plan.json --yes")]
    Sync(Box<sync::Arguments>),
    /// Check a staff list, without network or credentials
    #[command(after_help = "Examples:
  keepnet users check people.xlsx
  keepnet users check people.csv --encoding windows-1254 --strict")]
    Check(staff_list::StaffList),
    /// Save users to a CSV file or a workbook
    #[command(after_help = "Examples:
  keepnet --company 'Acme LLC' users export -o users.xlsx
  keepnet --company 'Acme LLC' users export --department Sales -o -")]
    Export(export::Arguments),
    /// Save the service's template for a staff list
    #[command(after_help = "Examples:
  keepnet --company 'Acme LLC' users template -o template.xlsx")]
    Template(output_file::OutputFile),
}

impl Command {
    pub(crate) async fn run(self, global: &GlobalOptions) -> Result {
        let hint = &ResumeHint::default();
        let change = &ResumeHint::of_change();
        match self {
            Command::List(arguments) => {
                until_interrupted(Some(hint), list::run(global, &arguments, hint)).await
            }
            Command::Count(customers) => {
                until_interrupted(Some(hint), count::run(global, &customers, hint)).await
            }
            Command::Show(arguments) => {
                until_interrupted(None, show::run(global, &arguments)).await
            }
            Command::Update(arguments) => {
                until_interrupted(Some(change), update::run(global, &arguments)).await
            }
            Command::Deactivate(people) => {
                until_interrupted(Some(change), deactivate::run(global, &people, change)).await
            }
            Command::Activate(people) => {
                until_interrupted(Some(change), activate::run(global, &people, change)).await
            }
            Command::Delete(people) => {
                until_interrupted(Some(change), delete::run(global, &people, change)).await
            }
            Command::Add(arguments) => {
                until_interrupted(Some(change), add::run(global, *arguments, change)).await
            }
            Command::Import(arguments) => import::run(global, &arguments).await,
            Command::Sync(arguments) => sync::run(global, &arguments).await,
            Command::Check(list) => check::run(global, &list),
            Command::Export(arguments) => {
                until_interrupted(Some(hint), export::run(global, &arguments, hint)).await
            }
            Command::Template(file) => {
                until_interrupted(Some(hint), template::run(global, &file, hint)).await
            }
        }
    }
}
