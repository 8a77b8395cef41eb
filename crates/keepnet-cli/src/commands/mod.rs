//! The commands, a folder for each noun and a file for each verb; the arguments stand beside the code.

mod api;
mod auth;
mod companies;
mod completions;
mod groups;
mod jobs;
mod man;
mod users;

use std::io;

use clap::Subcommand;
use keepnet_sandbox::command::Command as SandboxCommand;

use crate::config::GlobalOptions;
use crate::exit::{Failure, Status};
use crate::interrupt;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The credentials in use
    #[command(subcommand)]
    Auth(auth::Command),
    /// The customers you manage
    #[command(subcommand)]
    Companies(companies::Command),
    /// The people of a customer
    #[command(subcommand)]
    Users(users::Command),
    /// The groups of a customer's people
    #[command(subcommand)]
    Groups(groups::Command),
    /// The background jobs of a customer
    #[command(subcommand)]
    Jobs(jobs::Command),
    /// Call any operation of the API, authorised and scoped to the customer
    Api(api::Arguments),
    /// Print what lets a shell complete commands and options
    Completions(completions::Arguments),
    /// Print the manual page, or save those of all commands
    Man(man::Arguments),
    /// A local stand-in for the service
    #[command(subcommand)]
    Sandbox(SandboxCommand),
}

impl Command {
    /// Runs the command; `program` is the whole command line, which completions and manual pages
    /// describe.
    pub(crate) async fn run(
        self,
        global: &GlobalOptions,
        program: clap::Command,
    ) -> Result<Status, Failure> {
        match self {
            Command::Auth(command) => interrupt::watch(command.run(global)).await,
            Command::Companies(command) => interrupt::watch(command.run(global)).await,
            Command::Users(command) => command.run(global).await,
            Command::Groups(command) => interrupt::watch(command.run(global)).await,
            Command::Jobs(command) => interrupt::watch(command.run(global)).await,
            Command::Api(call) => interrupt::watch(api::run(global, &call)).await,
            Command::Completions(arguments) => completions::run(&arguments, program),
            Command::Man(arguments) => man::run(&arguments, program),
            // Ctrl-C ends it in good order, which is no interruption.
            Command::Sandbox(command) => {
                command.run(io::stdout()).await?;
                Ok(Status::Done)
            }
        }
    }
}
