use anyhow::{Context, Result, bail};
use keepnet_spec::{
    Contract, Decisions, Drift, normalise, read_leniently, shapes, surface, to_canonical_json,
};
use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use crate::files::{self, Derived};
use crate::output::say;

/// Derive the contract and the surface again, and say what changed.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The published document to derive the contract from; without it only the surface is derived.
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Write nothing; fail if a derived file differs from what is committed.
    #[arg(long)]
    check: bool,
    /// Write what changed since the committed contract: Markdown for a pull request, or JSON for a `.json` file.
    #[arg(long, value_name = "FILE", requires = "from")]
    report: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let started = Instant::now();
    let derived = match &arguments.from {
        Some(path) => from_document(path, arguments.report.as_deref())?,
        None => from_contract(&files::contract()?, &files::decisions()?)?,
    };
    let differing = files::write_or_check(&derived, arguments.check)?;
    for path in &differing {
        say(format_args!(
            "{} {path}",
            if arguments.check { "differs:" } else { "wrote" }
        ))?;
    }
    if arguments.check && !differing.is_empty() {
        let from = arguments
            .from
            .as_ref()
            .map_or(String::new(), |path| format!(" --from {}", path.display()));
        bail!(
            "{} of {} derived files differ; run `cargo xtask regen{from}` and review the changes",
            differing.len(),
            derived.len()
        );
    }
    say(format_args!(
        "{} derived files are up to date ({:.2} s)",
        derived.len(),
        started.elapsed().as_secs_f64()
    ))?;
    Ok(())
}

fn from_document(path: &Path, report: Option<&Path>) -> Result<Vec<Derived>> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let decisions = files::decisions()?;
    let (document, repairs) = read_leniently(&text)?;
    for repair in &repairs {
        say(format_args!(
            "repaired: line {}: the key {:?} has no value; read as null",
            repair.line, repair.key
        ))?;
    }
    let normalised = normalise(document, &decisions)?;
    let bites: String = normalised
        .bites
        .iter()
        .map(|bite| format!("{:>6}  {}\n", bite.count, bite.pass))
        .collect();
    say(bites.trim_end())?;
    if let Some(idle) = normalised.idle_passes().next() {
        bail!(
            "the pass {idle} changed nothing: the document no longer needs it; remove it from keepnet-spec"
        );
    }
    let contract = Contract::new(normalised.contract);
    tell_drift(&contract, report)?;
    let mut derived = from_contract(&contract, &decisions)?;
    derived.push(Derived {
        path: files::NAMES,
        text: normalised.names.to_text(),
    });
    derived.push(Derived {
        path: files::BITES,
        text: files::snapshot(&bites),
    });
    Ok(derived)
}

/// Says what changed since the contract as it is committed; before the first one there is nothing to say.
fn tell_drift(contract: &Contract, report: Option<&Path>) -> Result<()> {
    let Ok(committed) = files::contract() else {
        return Ok(());
    };
    let drift = Drift::between(&committed, contract);
    say(drift.to_text().trim_end())?;
    let Some(report) = report else {
        return Ok(());
    };
    let text = match report
        .extension()
        .is_some_and(|extension| extension == "json")
    {
        true => serde_json::to_string_pretty(&drift)?,
        false => drift.to_markdown(),
    };
    std::fs::write(report, text).with_context(|| format!("cannot write {}", report.display()))
}

fn from_contract(contract: &Contract, decisions: &Decisions) -> Result<Vec<Derived>> {
    Ok(vec![
        Derived {
            path: files::CONTRACT,
            text: to_canonical_json(contract.document()),
        },
        Derived {
            path: files::SURFACE,
            text: files::snapshot(&surface(contract)),
        },
        Derived {
            path: files::SHAPES,
            text: files::snapshot(&shapes(contract, decisions.areas.flows())?),
        },
    ])
}
