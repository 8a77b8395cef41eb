//! `cargo xtask bench build`: the cost of building the client, as counts and as measured figures.

mod measure;
mod openapi_generator;

pub(crate) use measure::run_as_wrapper;

use anyhow::{Context, Result, bail};
use keepnet_spec::{Contract, codegen};
use std::process::Command;

use crate::areas::feature_sets;
use crate::files::{self, Derived};
use crate::output::say;
use measure::{Cost, Wrapper};

#[derive(clap::Subcommand)]
pub(crate) enum Bench {
    /// The cost of building the client: none, each area, default and full.
    Build(Arguments),
}

/// The cost of building the client.
///
/// Counts the generated items of each feature set, and writes tests/snapshots/build-cost.snap.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing; fail if the counts differ from the committed ones.
    #[arg(long)]
    check: bool,
    /// Build each feature set as well, and print the time and the peak memory of its rustc.
    #[arg(long)]
    measure: bool,
    /// Build full alone, and beside it the client that openapi-generator makes of the same contract;
    /// needs Java, python3 with venv and a network.
    #[arg(long, conflicts_with_all = ["check", "measure"])]
    against_openapi_generator: bool,
}

pub(crate) fn run(bench: &Bench) -> Result<()> {
    let Bench::Build(arguments) = bench;
    let contract = files::contract()?;
    let areas = files::decisions()?.areas;
    let sets = feature_sets(&areas);
    if arguments.against_openapi_generator {
        let full = sets.last().map_or(&[][..], |(_, features)| features);
        return compare(full);
    }
    count(&contract, &sets, arguments.check)?;
    if arguments.measure {
        let wrapper = Wrapper::install()?;
        say(heading("features"))?;
        for (name, features) in &sets {
            say(format_args!("{name:<18} {}", build(features, &wrapper)?))?;
        }
    }
    Ok(())
}

/// Lines, types and methods of each feature set: the same on every machine, unlike seconds.
fn count(contract: &Contract, sets: &[(&str, Vec<String>)], check: bool) -> Result<()> {
    let mut table = format!(
        "{:<18} {:>7} {:>7} {:>7}\n",
        "features", "methods", "types", "lines"
    );
    for (name, features) in sets {
        let wanted = features.iter().cloned().collect();
        let bindings = codegen::generate(contract, &wanted)?;
        let (methods, types) = (bindings.methods, bindings.types);
        let lines = bindings.client.lines().count();
        table += &format!("{name:<18} {methods:>7} {types:>7} {lines:>7}\n");
    }
    say(table.trim_end())?;
    let derived = [Derived::new(
        files::BUILD_COST,
        format!(
            "---
source: xtask/src/bench/mod.rs
---
{table}"
        ),
    )];
    let differing = files::write_or_check(&derived, check)?;
    if let (true, Some(path)) = (check, differing.first()) {
        bail!(
            "{path} differs; run `cargo xtask bench build`, and say in the commit why the client grew"
        );
    }
    Ok(())
}

/// Builds the client with these areas, its dependencies first.
fn build(features: &[String], wrapper: &Wrapper) -> Result<Cost> {
    let target = wrapper.folder.join("ours");
    let cargo = |features: &str, arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO"));
        command
            .current_dir(files::root())
            .args(["rustc", "--quiet", "--package", "keepnet-client", "--lib"])
            .args(["--no-default-features", "--features", features])
            .args(arguments);
        measure::use_shared_profile(&mut command, &target);
        command
    };
    // Without an area the crate is small, and all dependencies are built: no area brings another.
    files::run(&mut cargo("", &[])).context("keepnet-client does not build")?;
    // With a flag of its own, cargo builds this crate again and no other.
    let run = format!("keepnet_bench=\"{}\"", std::process::id());
    let cargo = cargo(&features.join(","), &["--", "--cfg", &run]);
    wrapper.measure(cargo, "keepnet_client")
}

fn heading(first: &str) -> String {
    format!(
        "{first:<18} {:>8} {:>8} {:>8} {:>8}",
        "cargo", "rustc", "cpu", "memory"
    )
}

/// Builds the client with all areas beside that of openapi-generator.
fn compare(features: &[String]) -> Result<()> {
    let wrapper = Wrapper::install()?;
    let generated = openapi_generator::generate(&wrapper.folder)?;
    let ours = build(features, &wrapper)?;
    let theirs = openapi_generator::build(&generated, &wrapper)?;
    say(heading(""))?;
    say(format_args!("{:<18} {ours}", "keepnet-client"))?;
    say(format_args!("{:<18} {theirs}", "openapi-generator"))?;
    let ratio = |of: fn(&Cost) -> f64| of(&ours) / of(&theirs);
    say(format_args!(
        "ratio: {:.2} of its build time, {:.2} of its processor time, {:.2} of its peak memory",
        ratio(|cost| cost.cargo.as_secs_f64()),
        ratio(|cost| cost.processor_time.as_secs_f64()),
        ratio(|cost| cost.memory as f64)
    ))
}
