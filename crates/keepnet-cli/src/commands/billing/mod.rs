//! `billing`: the usage of all customers, for the invoice.

mod diff;
mod file;
mod snapshot;

use clap::Subcommand;
pub(super) use snapshot::SavedUsage;

use crate::config::GlobalOptions;
use crate::exit::Result;
use crate::interrupt::{ResumeHint, until_interrupted};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Save the usage of all customers to a file
    #[command(after_help = "Examples:
  keepnet billing snapshot -o usage-2026-11.xlsx
  keepnet billing snapshot --month 2026-10 -o usage-2026-10.json")]
    Snapshot(snapshot::Arguments),
    /// Show what changed between two snapshots, without network or credentials
    #[command(after_help = "Examples:
  keepnet billing diff usage-2026-10.json usage-2026-11.json")]
    Diff(diff::Arguments),
}

impl Command {
    pub(crate) async fn run(self, global: &GlobalOptions) -> Result {
        match self {
            Command::Snapshot(arguments) => {
                let hint = ResumeHint::default();
                let run = snapshot::run(global, &arguments, &hint);
                until_interrupted(Some(&hint), run).await
            }
            Command::Diff(arguments) => diff::run(global, &arguments),
        }
    }
}
