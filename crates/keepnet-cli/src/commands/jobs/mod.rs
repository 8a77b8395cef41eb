//! `jobs`: the background jobs of a customer.

mod list;
mod show;
mod watch;

use clap::Subcommand;

use crate::commands::company_list::CompanyList;
use crate::config::GlobalOptions;
use crate::exit::Result;
use crate::interrupt::{ResumeHint, until_interrupted};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the jobs
    #[command(after_help = "Examples:
  keepnet --company 'Acme LLC' jobs list
  keepnet --company 'Acme LLC' jobs list --limit 5 --output json")]
    List(CompanyList),
    /// Show one job and its failed rows
    #[command(after_help = "Examples:
  keepnet --company 'Acme LLC' jobs show 9rKv2mXw7QpL")]
    Show(show::Arguments),
    /// Wait for a job, and show how it ended
    Watch(watch::Arguments),
}

impl Command {
    pub(crate) async fn run(self, global: &GlobalOptions) -> Result {
        let hint = ResumeHint::default();
        until_interrupted(Some(&hint), self.run_with(global, &hint)).await
    }

    async fn run_with(self, global: &GlobalOptions, hint: &ResumeHint) -> Result {
        match self {
            Command::List(list) => list::run(global, &list, hint).await,
            Command::Show(arguments) => show::run(global, &arguments).await,
            Command::Watch(arguments) => watch::run(global, &arguments).await,
        }
    }
}
