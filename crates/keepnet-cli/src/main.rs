//! The `keepnet` command line: arguments, credentials, output and exit codes.
//!
//! Everything else is in `keepnet-flows`, so that a program can do what this one does.
//!
//! # Layers
//!
//! A module uses the modules of the lines below its own, and no others.
//!
//! ```text
//! cli
//! commands
//! config
//! interrupt  ui
//! exit
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

use std::process::ExitCode;

use clap::CommandFactory as _;
use tokio::runtime::Runtime;

use cli::Cli;
use exit::CliError;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let Cli { global, command } = match Cli::parse_or_exit(&arguments) {
        Ok(cli) => cli,
        Err((error, format)) => {
            ui::print_error(&error, format, false);
            return error.status().into();
        }
    };
    global.ui_settings().apply();
    if global.verbose > 0 {
        ui::print_requests(global.verbose > 1);
    }
    let report = |result: exit::Result| {
        result.unwrap_or_else(|error| {
            let error = match error.is_connection_failure() {
                true => error.with_proxy(config::proxy_in_use(&global)),
                false => error,
            };
            let error = match error.is_foreign_response() {
                true => error
                    .with_address(config::address_in_use(&global))
                    .with_proxy(config::proxy_in_use(&global)),
                false => error,
            };
            ui::print_error(&error, global.output, global.verbose > 0);
            error.status()
        })
    };
    let status = match Runtime::new() {
        Ok(runtime) => {
            // The error is printed before the shutdown, after which no second Ctrl-C is noticed.
            let status = report(runtime.block_on(command.run(&global, Cli::command)));
            // A pending read from the terminal must not delay the exit.
            runtime.shutdown_background();
            status
        }
        Err(error) => report(Err(
            CliError::failed("the program could not start").with_source(error)
        )),
    };
    status.into()
}
