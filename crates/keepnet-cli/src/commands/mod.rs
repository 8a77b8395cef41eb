//! The commands: a folder for each noun, and a file for each verb with its arguments.

mod api;
mod auth;
mod billing;
mod companies;
mod company_list;
mod completions;
mod config;
mod fleet;
mod groups;
mod imports;
mod jobs;
mod listing;
mod man;
mod many;
mod ordinary_file;
mod pasted_command;
mod people;
mod priority;
mod schema;
mod users;

use std::io;

use clap::Subcommand;
use keepnet_sandbox::command::Command as SandboxCommand;

use crate::config::GlobalOptions;
use crate::exit::{ExitStatus, Result};
use crate::interrupt::{ResumeHint, until_interrupted};
#[cfg(test)]
pub(crate) use completions::{has_completion, with_value_hints};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Store, check and remove credentials
    #[command(subcommand)]
    Auth(auth::Command),
    /// List, check and show the customers you manage
    #[command(subcommand)]
    Companies(companies::Command),
    /// Synchronize or import the staff lists of many customers in one run
    #[command(subcommand)]
    Fleet(fleet::Command),
    /// Save the usage of all customers for invoices, and compare saved files
    #[command(subcommand)]
    Billing(billing::Command),
    /// List, add, change, import and export the users of a customer
    #[command(subcommand)]
    Users(users::Command),
    /// List, create and fill the user groups of a customer
    #[command(subcommand)]
    Groups(groups::Command),
    /// List, show and watch the background jobs of a customer
    #[command(subcommand)]
    Jobs(jobs::Command),
    /// List, show and remove the tickets of imports and synchronizations
    #[command(subcommand)]
    Imports(imports::Command),
    /// List the operations of the API, and call any of them for a customer
    Api(Box<api::Arguments>),
    /// Show the settings in use
    #[command(subcommand)]
    Config(config::Command),
    /// Print a shell completion script
    #[command(after_help = "Examples:
  keepnet completions bash > ~/.local/share/bash-completion/completions/keepnet
  keepnet completions zsh > ~/.zfunc/_keepnet")]
    Completions(completions::Arguments),
    /// Print the manual page of the program, or save the pages of all commands
    #[command(after_help = "Examples:
  keepnet man | man -l -
  keepnet man -o ~/.local/share/man/man1")]
    Man(man::Arguments),
    /// Print the JSON Schema of a document that --output json prints
    #[command(after_help = "Examples:
  keepnet schema users-list
  keepnet schema error")]
    Schema(schema::Arguments),
    /// Run a local sandbox of the service
    #[command(subcommand)]
    #[command(mut_subcommand("serve", |it| with_examples(it, SANDBOX_SERVE_EXAMPLES)))]
    #[command(mut_subcommand("schema", |it| with_examples(it, SANDBOX_SCHEMA_EXAMPLES)))]
    Sandbox(SandboxCommand),
}

const SANDBOX_SERVE_EXAMPLES: &str = "Examples:
  keepnet sandbox serve --port 8080
  keepnet sandbox serve --fleet 100x50 --fault status=429,retry-after=5,chance=0.1";

const SANDBOX_SCHEMA_EXAMPLES: &str = "Examples:
  keepnet sandbox schema > seed.schema.json";

/// A command of another crate, with the examples of this program before the end of its help.
fn with_examples(command: clap::Command, examples: &'static str) -> clap::Command {
    let after = command.get_after_long_help().map(ToString::to_string);
    let after = after.map(|after| format!("\n\n{after}"));
    command.after_long_help(format!("{examples}{}", after.unwrap_or_default()))
}

impl Command {
    /// Runs the command; completions and manual pages describe `program`, the whole command line,
    /// which takes a while to build.
    pub(crate) async fn run(
        self,
        global: &GlobalOptions,
        program: fn() -> clap::Command,
    ) -> Result {
        match self {
            Command::Auth(command) => until_interrupted(None, command.run(global)).await,
            Command::Fleet(command) => until_interrupted(None, command.run(global)).await,
            Command::Billing(command) => command.run(global).await,
            Command::Companies(command) => until_interrupted(None, command.run(global)).await,
            Command::Users(command) => command.run(global).await,
            Command::Groups(command) => command.run(global).await,
            Command::Jobs(command) => command.run(global).await,
            Command::Imports(command) => until_interrupted(None, command.run(global)).await,
            Command::Api(arguments) => {
                let hint = ResumeHint::default();
                until_interrupted(Some(&hint), api::run(global, &arguments)).await
            }
            Command::Config(command) => command.run(global),
            Command::Completions(arguments) => completions::run(&arguments, program()),
            Command::Schema(arguments) => schema::run(&arguments),
            Command::Man(arguments) => man::run(&arguments, program()),
            // Ctrl-C is its normal end, and no interruption.
            Command::Sandbox(command) => {
                command.run(io::stdout(), io::stderr()).await?;
                Ok(ExitStatus::Done)
            }
        }
    }
}
