//! `companies`: the customers of the reseller.

mod doctor;
mod list;
mod show;

use clap::Subcommand;
pub(super) use doctor::FindingsDocument;
pub(super) use list::CompaniesDocument;

use crate::config::GlobalOptions;
use crate::exit::Result;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the customers
    #[command(after_help = "Examples:
  keepnet companies list --search acme
  keepnet companies list --over-limit --output csv
  keepnet companies list --without-module 'Incident Response' --sort users --descending
  keepnet companies list --month 2026-10 --columns name,monthly_user_count")]
    List(list::Arguments),
    /// Check the licences, administrators and domains of the customers, and list the problems
    #[command(after_help = "Examples:
  keepnet companies doctor
  keepnet companies doctor --expires-within 60d --output csv
  keepnet companies doctor --synced-within 7d")]
    Doctor(doctor::Arguments),
    /// Show one customer
    #[command(after_help = "Examples:
  keepnet companies show 'Acme LLC'")]
    Show(show::Arguments),
}

impl Command {
    pub(crate) async fn run(self, global: &GlobalOptions) -> Result {
        match self {
            Command::List(arguments) => list::run(global, &arguments).await,
            Command::Doctor(arguments) => doctor::run(global, &arguments).await,
            Command::Show(arguments) => show::run(global, &arguments).await,
        }
    }
}
