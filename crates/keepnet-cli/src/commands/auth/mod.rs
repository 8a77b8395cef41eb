//! `auth`: the credentials in use.

mod account;
mod check;
mod login;
mod logout;
mod status;

pub(super) use account::SignedIn;
pub(super) use logout::LoggedOut;
pub(super) use status::Status;

use clap::Subcommand;

use crate::config::GlobalOptions;
use crate::exit::Result;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Sign in, and show the account, its role, and when the token expires
    #[command(after_help = "Examples:
  keepnet auth check
  keepnet auth check --profile acme --output json")]
    Check,
    /// Sign in, and store the credentials in a profile
    Login(login::Arguments),
    /// Show which credentials are in use and where they come from, without a request
    #[command(after_help = "Examples:
  keepnet auth status
  keepnet auth status --profile acme")]
    Status,
    /// Remove the stored secret of a profile
    #[command(after_help = "Examples:
  keepnet auth logout
  keepnet auth logout --profile acme")]
    Logout,
}

impl Command {
    pub(crate) async fn run(self, global: &GlobalOptions) -> Result {
        match self {
            Command::Check => check::run(global).await,
            Command::Login(arguments) => login::run(global, &arguments).await,
            Command::Status => status::run(global),
            Command::Logout => logout::run(global),
        }
    }
}
