//! The `keepnet` command line. What it does, a user of `keepnet-flows` can do as
//! well: here are arguments, credentials, output and exit codes alone.
#![forbid(unsafe_code)]

mod arguments;
mod ask;
mod cmd_api;
mod cmd_auth;
mod cmd_companies;
mod cmd_groups;
mod cmd_jobs;
mod cmd_program;
mod cmd_users_add;
mod cmd_users_check;
mod cmd_users_export;
mod cmd_users_import;
mod cmd_users_list;
mod context;
mod exit;
mod interrupt;
mod output;
mod profile;
mod progress;
mod proxy;
mod sandbox_clock;
mod staff_list;
mod tickets;
mod trace;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use tokio::runtime::Runtime;

use arguments::{Auth, Cli, Command, Global, Users};
use exit::{Failure, Status};

fn main() -> ExitCode {
    let Cli { global, command } = Cli::parse();
    if global.verbose > 0 {
        trace::show(global.verbose > 1);
    }
    let status = match Runtime::new() {
        Ok(runtime) => {
            let status = told(&global, runtime.block_on(perform(&global, command)));
            // An answer that is still awaited from the terminal does not hold up the end.
            runtime.shutdown_background();
            status
        }
        Err(error) => told(
            &global,
            Err(Failure::new(Status::Failed, "the program could not start").caused_by(error)),
        ),
    };
    status.into()
}

/// Says on standard error what went wrong.
fn told(global: &Global, result: Result<Status, Failure>) -> Status {
    result.unwrap_or_else(|failure| {
        // Nobody can be told that standard error is closed.
        let _ = io::stderr().write_all(failure.text(global.verbose > 0).as_bytes());
        failure.status()
    })
}

async fn perform(global: &Global, command: Command) -> Result<Status, Failure> {
    let stage = interrupt::Left::default();
    match command {
        Command::Auth(Auth::Check) => interrupt::watch(&stage, cmd_auth::check(global)).await,
        Command::Companies(command) => {
            interrupt::watch(&stage, cmd_companies::run(global, &command)).await
        }
        Command::Groups(command) => {
            interrupt::watch(&stage, cmd_groups::run(global, &command)).await
        }
        Command::Jobs(command) => interrupt::watch(&stage, cmd_jobs::run(global, &command)).await,
        Command::Users(Users::List(wanted)) => {
            interrupt::watch(&stage, cmd_users_list::list(global, &wanted)).await
        }
        Command::Users(Users::Count) => {
            interrupt::watch(&stage, cmd_users_list::count(global)).await
        }
        Command::Users(Users::Add(wanted)) => {
            interrupt::watch(&stage, cmd_users_add::run(global, *wanted)).await
        }
        Command::Users(Users::Import(import)) => {
            interrupt::watch(&stage, cmd_users_import::run(global, *import, &stage)).await
        }
        Command::Users(Users::Check(list)) => cmd_users_check::run(global, &list),
        Command::Users(Users::Export(wanted)) => {
            interrupt::watch(&stage, cmd_users_export::users(global, &wanted)).await
        }
        Command::Users(Users::Template(file)) => {
            interrupt::watch(&stage, cmd_users_export::template(global, &file)).await
        }
        Command::Api(call) => interrupt::watch(&stage, cmd_api::run(global, &call)).await,
        Command::Completions(wanted) => cmd_program::completions(&wanted),
        Command::Man(wanted) => cmd_program::man(&wanted),
        // It ends by Ctrl-C, which is no interruption there.
        Command::Sandbox(command) => {
            command.run(io::stdout()).await?;
            Ok(Status::Done)
        }
    }
}
