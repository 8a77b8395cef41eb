//! `auth`: the credentials in use.

mod check;

use clap::Subcommand;

use crate::config::GlobalOptions;
use crate::exit::{Failure, Status};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Sign in, and show who you are, in which role, and when the token ends
    Check,
}

impl Command {
    pub(crate) async fn run(self, global: &GlobalOptions) -> Result<Status, Failure> {
        match self {
            Command::Check => check::run(global).await,
        }
    }
}
