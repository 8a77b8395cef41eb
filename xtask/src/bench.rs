//! What the client costs to build: a table that may not grow unnoticed, and measured figures.

use anyhow::{Context, Result, bail};
use keepnet_spec::{Contract, bindings};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::files::{self, Derived};
use crate::output::say;
use crate::{measure, peer};

#[derive(clap::Subcommand)]
pub(crate) enum Bench {
    /// What the client costs to build: none, each area, default and full.
    Build(Arguments),
}

/// What the client costs to build.
///
/// Counts what each cut generates, and writes tests/snapshots/build-cost.snap.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing; fail if the counts differ from the committed ones.
    #[arg(long)]
    check: bool,
    /// Build each cut as well, its dependencies before, and print time and peak memory of its rustc.
    #[arg(long)]
    measure: bool,
    /// Build full alone, and beside it what openapi-generator makes of the same contract; needs Java,
    /// python3 with venv and a network.
    #[arg(long, conflicts_with_all = ["check", "measure"])]
    against_openapi_generator: bool,
}

pub(crate) fn run(bench: &Bench) -> Result<()> {
    let Bench::Build(arguments) = bench;
    let contract = files::contract()?;
    let areas = files::decisions()?.areas;
    let mut cuts = vec![("none", Vec::new()), ("default", areas.defaults().to_vec())];
    let all: Vec<String> = areas.names().into_iter().map(str::to_owned).collect();
    cuts.extend(
        areas
            .names()
            .into_iter()
            .map(|area| (area, vec![area.to_owned()])),
    );
    cuts.push(("full", all));
    if arguments.against_openapi_generator {
        return against(&cuts[cuts.len() - 1].1);
    }
    count(&contract, &cuts, arguments.check)?;
    if !arguments.measure {
        return Ok(());
    }
    let wrapper = measure::wrapper(&folder())?;
    say(heading("cut"))?;
    for (name, features) in &cuts {
        let cost = build(features, &wrapper)?;
        say(format_args!("{name:<18} {cost}"))?;
    }
    Ok(())
}

/// Lines, types and methods of each cut: the same on every machine, unlike seconds.
fn count(contract: &Contract, cuts: &[(&str, Vec<String>)], check: bool) -> Result<()> {
    let mut table = format!(
        "{:<18} {:>7} {:>7} {:>7}\n",
        "cut", "methods", "types", "lines"
    );
    for (name, features) in cuts {
        let wanted: BTreeSet<String> = features.iter().cloned().collect();
        let source = bindings::generate(contract, &wanted)?.client;
        let (methods, types) = items(&source)?;
        let lines = source.lines().count();
        table += &format!("{name:<18} {methods:>7} {types:>7} {lines:>7}\n");
    }
    say(table.trim_end())?;
    let derived = Derived {
        path: files::BUILD_COST.to_owned(),
        text: format!("---\nsource: xtask/src/bench.rs\n---\n{table}"),
    };
    let differing = files::write_or_check(&[derived], check)?;
    if check && !differing.is_empty() {
        bail!(
            "{} differs; run `cargo xtask bench build`, and say in the commit why the client grew",
            files::BUILD_COST
        );
    }
    Ok(())
}

fn items(source: &str) -> Result<(usize, usize)> {
    let (mut methods, mut types) = (0, 0);
    for item in syn::parse_file(source)?.items {
        match item {
            syn::Item::Mod(module) if module.ident == "types" => {
                let items = module.content.map(|(_, items)| items).unwrap_or_default();
                let is_type =
                    |item: &syn::Item| matches!(item, syn::Item::Struct(_) | syn::Item::Enum(_));
                types += items.iter().filter(|item| is_type(item)).count();
            }
            syn::Item::Impl(block) if block.trait_.is_none() => {
                let is_call = |item: &syn::ImplItem| matches!(item, syn::ImplItem::Fn(method) if method.sig.asyncness.is_some());
                methods += block.items.iter().filter(|item| is_call(item)).count();
            }
            _ => {}
        }
    }
    Ok((methods, types))
}

/// Beside the build of everything else, so that neither disturbs the other.
pub(crate) fn folder() -> PathBuf {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    files::root().join(target).join("bench-build")
}

/// Builds the client with these areas, its dependencies first.
fn build(features: &[String], wrapper: &Path) -> Result<measure::Cost> {
    let cargo = |features: &str, arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO"));
        command
            .current_dir(files::root())
            .args(["rustc", "--quiet", "--package", "keepnet-client", "--lib"])
            .args(["--no-default-features", "--features", features])
            .args(arguments);
        measure::same_for_all(&mut command, &folder().join("ours"));
        command
    };
    // No area brings a dependency: without any, the crate is small and all of them are built.
    let status = cargo("", &[]).status().context("cannot run cargo")?;
    if !status.success() {
        bail!("keepnet-client does not build");
    }
    // A flag of its own makes this crate, and no other, new to cargo.
    let run = format!("keepnet_bench=\"{}\"", std::process::id());
    let started = Instant::now();
    let rustc = measure::rustc(
        cargo(&features.join(","), &["--", "--cfg", &run]),
        "keepnet_client",
        wrapper,
    )?;
    Ok(measure::Cost {
        cargo: started.elapsed(),
        ..rustc
    })
}

fn heading(first: &str) -> String {
    format!(
        "{first:<18} {:>8} {:>8} {:>8} {:>8}",
        "cargo", "rustc", "work", "memory"
    )
}

fn against(features: &[String]) -> Result<()> {
    let wrapper = measure::wrapper(&folder())?;
    let peer = peer::generate(&folder())?;
    let ours = build(features, &wrapper)?;
    let theirs = peer::build(&peer, &folder(), &wrapper)?;
    say(heading(""))?;
    say(format_args!("{:<18} {ours}", "keepnet-client"))?;
    say(format_args!("{:<18} {theirs}", "openapi-generator"))?;
    let ratio = |of: fn(&measure::Cost) -> f64| of(&ours) / of(&theirs);
    say(format_args!(
        "ratio: {:.2} of its build time, {:.2} of its work, {:.2} of its peak memory",
        ratio(|cost| cost.cargo.as_secs_f64()),
        ratio(|cost| cost.work.as_secs_f64()),
        ratio(|cost| cost.memory as f64)
    ))
}
