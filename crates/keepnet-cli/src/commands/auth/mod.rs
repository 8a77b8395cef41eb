//! `auth`: the credentials in use.

mod check;

pub(super) use check::SignedIn;

use clap::Subcommand;

use crate::config::GlobalOptions;
use crate::exit::Result;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Sign in, and show the account, its role, and when the token expires
    Check,
}

impl Command {
    pub(crate) async fn run(self, global: &GlobalOptions) -> Result {
        match self {
            Command::Check => check::run(global).await,
        }
    }
}
