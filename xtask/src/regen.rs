use anyhow::{Context, Result, bail};
use keepnet_spec::{
    Contract, Decisions, normalise, read_leniently, shapes, surface, to_canonical_json,
};
use std::{path::PathBuf, time::Instant};

use crate::files::{self, Derived};

/// Derive the contract and the surface again, and say what changed.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The published document to derive the contract from; without it only the surface is derived.
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Write nothing; fail if a derived file differs from what is committed.
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let started = Instant::now();
    let derived = match &arguments.from {
        Some(path) => from_document(path)?,
        None => from_contract(&files::contract()?, &files::decisions()?)?,
    };
    let differing = files::write_or_check(&derived, arguments.check)?;
    for path in &differing {
        println!(
            "{} {path}",
            if arguments.check { "differs:" } else { "wrote" }
        );
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
    println!(
        "{} derived files are up to date ({:.2} s)",
        derived.len(),
        started.elapsed().as_secs_f64()
    );
    Ok(())
}

fn from_document(path: &PathBuf) -> Result<Vec<Derived>> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let decisions = files::decisions()?;
    let (document, repairs) = read_leniently(&text)?;
    for repair in &repairs {
        println!(
            "repaired: line {}: the key {:?} has no value; read as null",
            repair.line, repair.key
        );
    }
    let normalised = normalise(document, &decisions)?;
    let bites: String = normalised
        .bites
        .iter()
        .map(|bite| format!("{:>6}  {}\n", bite.count, bite.pass))
        .collect();
    print!("{bites}");
    if let Some(idle) = normalised.idle_passes().next() {
        bail!(
            "the pass {idle} changed nothing: the document no longer needs it; remove it from keepnet-spec"
        );
    }
    let contract = Contract::new(normalised.contract);
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
