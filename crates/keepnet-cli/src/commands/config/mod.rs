//! `config`: the settings in use.

mod list;

pub(super) use list::ShownSetting;

use clap::Subcommand;

use crate::commands::listing::ListOptions;
use crate::config::GlobalOptions;
use crate::exit::Result;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the settings with their values, and where each value comes from
    #[command(after_help = "Examples:
  keepnet config list
  keepnet config list --profile acme")]
    List(ListOptions),
}

impl Command {
    pub(crate) fn run(self, global: &GlobalOptions) -> Result {
        match self {
            Command::List(options) => list::run(global, &options),
        }
    }
}
