//! Maintainer tasks: `cargo xtask regen`, `cargo xtask surface`, `cargo xtask areas`,
//! `cargo xtask conformance`.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]
#![allow(clippy::print_stderr, reason = "a command line talks to people")]

mod areas;
mod conformance;
mod fetch;
mod files;
mod output;
mod provenance;
mod published;
mod regen;
mod release;

use crate::output::say;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Maintainer tasks of the workspace")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Derive the contract and the surface again, and say what changed.
    Regen(regen::Arguments),
    /// Hold a running sandbox against the published document, with schemathesis.
    Conformance(conformance::Arguments),
    /// Check that the client builds with no area, each area alone, the default and all of them.
    Areas,
    /// Print the surface: one line per operation.
    Surface,
}

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> anyhow::Result<()> {
    match task {
        Task::Regen(arguments) => regen::run(&arguments),
        Task::Areas => areas::run(),
        Task::Conformance(arguments) => conformance::run(&arguments),
        Task::Surface => say(keepnet_spec::surface(&files::contract()?).trim_end()),
    }
}
