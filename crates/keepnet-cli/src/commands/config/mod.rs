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
    List(ListOptions),
}

impl Command {
    pub(crate) fn run(self, global: &GlobalOptions) -> Result {
        match self {
            Command::List(options) => list::run(global, &options),
        }
    }
}
