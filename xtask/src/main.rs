//! `cargo xtask`: the tasks of maintainers.
//!
//! # Layers
//!
//! A module uses the modules of the lines below its own, and no others.
//!
//! ```text
//! bench  conformance  layers  proposal  regen  tidy
//! areas  fetch
//! files  output
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]
#![allow(clippy::print_stderr, reason = "a command line talks to people")]

mod areas;
mod bench;
mod conformance;
mod fetch;
mod files;
mod layers;
mod output;
mod proposal;
mod regen;
mod tidy;

use crate::output::say;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Tasks of the maintainers of the workspace"
)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Derive the contract and the reviewed files again, and report the changes.
    Regen(regen::Arguments),
    /// Test a running sandbox against the published document, with schemathesis.
    Conformance(conformance::Arguments),
    /// Prepare the pull request for a new document, after `regen`: a patch and a text.
    Proposal(proposal::Arguments),
    /// Check that the client builds with no area, each area alone, the default and all of them.
    Areas,
    /// Measure the cost of building the client.
    #[command(subcommand)]
    Bench(bench::Bench),
    /// Check that no crate has a circle of files or an arrow against its layers.
    Layers(layers::Arguments),
    /// Check the rules for files: places, lengths, names, licences, dependencies.
    Tidy,
    /// Print the operations of the contract, one a line.
    Operations,
}

fn main() -> ExitCode {
    if let Some(code) = bench::run_as_wrapper() {
        return code;
    }
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
        Task::Layers(arguments) => layers::run(&arguments),
        Task::Tidy => tidy::run(),
        Task::Bench(bench) => bench::run(&bench),
        Task::Conformance(arguments) => conformance::run(&arguments),
        Task::Proposal(arguments) => proposal::run(&arguments),
        Task::Operations => {
            let contract = files::contract()?;
            let surface = keepnet_spec::codegen::Surface::of(&contract)?;
            say(keepnet_spec::operation_list(&contract, &surface).trim_end())
        }
    }
}
