//! Maintainer tasks: `cargo xtask regen`, `surface`, `areas`, `bench build`, `conformance`, `layers`, `tidy`.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]
#![allow(clippy::print_stderr, reason = "a command line talks to people")]

mod areas;
mod bench;
mod conformance;
mod fetch;
mod files;
mod layers;
mod measure;
mod output;
mod peer;
mod provenance;
mod published;
mod regen;
mod release;
mod tidy;

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
    /// Measure.
    #[command(subcommand)]
    Bench(bench::Bench),
    /// Check that no crate has a circle of files or an arrow against its layers.
    Layers(layers::Arguments),
    /// Look for what a review would have to say: stray and long files, licences, loose dependencies, prose.
    Tidy,
    /// Print the surface: one line per operation.
    Surface,
}

fn main() -> ExitCode {
    if let Some(code) = measure::as_wrapper() {
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
        Task::Surface => say(keepnet_spec::surface(&files::contract()?).trim_end()),
    }
}
