//! The `keepnet` command line. What it does, a user of `keepnet-flows` can do as
//! well: here are arguments, credentials, output and exit codes alone.
//!
//! # Layers
//!
//! A module uses the modules of the lines below its own, and no others.
//!
//! ```text
//! cli
//! commands
//! config  interrupt
//! exit  ui
//! text
//! ```
#![forbid(unsafe_code)]

mod cli;
mod commands;
mod config;
mod exit;
mod interrupt;
mod text;
mod ui;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};
use tokio::runtime::Runtime;

use cli::Cli;
use exit::{Failure, Status};
use ui::request_log;

fn main() -> ExitCode {
    let Cli { global, command } = Cli::parse();
    if global.verbose > 0 {
        request_log::show(global.verbose > 1);
    }
    let result = match Runtime::new() {
        Ok(runtime) => {
            let result = runtime.block_on(command.run(&global, Cli::command()));
            // An answer that is still awaited from the terminal does not hold up the end.
            runtime.shutdown_background();
            result
        }
        Err(error) => {
            Err(Failure::new(Status::Failed, "the program could not start").caused_by(error))
        }
    };
    let status = result.unwrap_or_else(|failure| {
        // Nobody can be told that standard error is closed.
        let _ = io::stderr().write_all(failure.text(global.verbose > 0).as_bytes());
        failure.status()
    });
    status.into()
}
