use anyhow::{Context, Result, bail};
use keepnet_spec::{
    Bite, Contract, Decisions, Drift, Editorial, Provenance, normalise, read_leniently,
    shape_pages, surface, to_canonical_json,
};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::files::{self, Derived};
use crate::output::say;
use crate::published::Published;
use crate::{provenance, release};

/// Derive the contract and the surface again, and say what changed.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The published document to derive the contract from; without it only the surface is derived.
    #[arg(long, value_name = "FILE|URL")]
    from: Option<String>,
    /// Write nothing; fail if a derived file differs from what is committed.
    #[arg(long)]
    check: bool,
    /// Write what changed since the committed contract: Markdown for a pull request, or JSON for a `.json` file.
    #[arg(long, value_name = "FILE", requires = "from")]
    report: Option<PathBuf>,
    /// The published document of before, to count texts, examples and orders that changed.
    #[arg(long, value_name = "FILE|URL", requires = "from")]
    since: Option<String>,
    /// Keep the document as it was taken, for `--since` of the next run; it is never committed.
    #[arg(long, value_name = "FILE", requires = "from", conflicts_with = "check")]
    save: Option<PathBuf>,
    /// The day on which the document was taken; a new document has that of today, a known one keeps its own.
    #[arg(long, value_name = "YYYY-MM-DD", requires = "from")]
    date: Option<String>,
    /// Put what changed at the top of what CHANGELOG.md has not released yet.
    #[arg(long, requires = "from", conflicts_with = "check")]
    changelog: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let started = Instant::now();
    let derived = match &arguments.from {
        Some(from) => from_document(from, arguments)?,
        None => from_contract()?,
    };
    let differing = files::write_or_check(&derived, arguments.check)?;
    for path in &differing {
        let did = if arguments.check { "differs:" } else { "wrote" };
        say(format_args!("{did} {path}"))?;
    }
    if arguments.check && !differing.is_empty() {
        let from = arguments.from.as_ref();
        let from = from.map_or(String::new(), |from| format!(" --from {from}"));
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
    ))
}

fn from_document(from: &str, arguments: &Arguments) -> Result<Vec<Derived>> {
    let published = Published::take(from)?;
    if let Some(save) = &arguments.save {
        std::fs::write(save, &published.text)
            .with_context(|| format!("cannot write {}", save.display()))?;
    }
    let decisions = files::decisions()?;
    let (document, repairs) = read_leniently(&published.text)?;
    for repair in &repairs {
        say(format_args!(
            "repaired: line {}: the key {:?} has no value; read as null",
            repair.line, repair.key
        ))?;
    }
    let normalised = normalise(document, &decisions)?;
    let bites = written(&normalised.bites);
    say(bites.trim_end())?;
    if let Some(idle) = normalised.idle_passes().next() {
        bail!(
            "the pass {idle} changed nothing: the document no longer needs it; remove it from keepnet-spec"
        );
    }
    let contract = Contract::new(normalised.contract);
    let provenance = provenance::of(
        &published,
        &to_canonical_json(contract.document()),
        contract.operations().len(),
        files::provenance().ok().as_ref(),
        arguments.date.as_deref(),
        today,
    )?;
    let mut derived = derive(&contract, &decisions, &provenance)?;
    let mut add = |path: &str, text| {
        derived.push(Derived {
            path: path.to_owned(),
            text,
        });
    };
    add(files::NAMES, normalised.names.to_text());
    add(files::BITES, files::snapshot(&bites));
    // Before the first contract there is nothing to compare with.
    if let Ok(committed) = files::contract() {
        let mut drift =
            Drift::between(&committed, &contract).with_bites(&committed_bites(), &normalised.bites);
        if let Some(since) = &arguments.since {
            let before = Published::take(since)?;
            drift = drift.with_editorial(Editorial::between(&before.text, &published.text)?);
        }
        say(drift.to_text().trim_end())?;
        if let Some(report) = &arguments.report {
            write_report(&drift, report)?;
        }
        if arguments.changelog {
            let entry = drift.to_changelog(&provenance.date);
            add(
                files::CHANGELOG,
                release::with_entry(&files::read(files::CHANGELOG)?, &entry)?,
            );
        }
    }
    Ok(derived)
}

fn from_contract() -> Result<Vec<Derived>> {
    let contract = files::contract()?;
    let text = files::read(files::CONTRACT)?;
    let operations = contract.operations().len();
    let provenance = provenance::kept(files::provenance()?, &text, operations)?;
    derive(&contract, &files::decisions()?, &provenance)
}

fn derive(
    contract: &Contract,
    decisions: &Decisions,
    provenance: &Provenance,
) -> Result<Vec<Derived>> {
    let manifest = files::read(files::MANIFEST)?;
    let derived = [
        (files::CONTRACT, to_canonical_json(contract.document())),
        (files::PROVENANCE, provenance.to_text()),
        (
            files::MANIFEST,
            release::with_date(&manifest, &provenance.date)?,
        ),
        (files::SURFACE, files::snapshot(&surface(contract))),
    ];
    let pages = shape_pages(contract, decisions.areas.flows())?;
    let pages = pages
        .into_iter()
        .map(|(area, page)| (files::shapes(&area), files::snapshot(&page)));
    Ok(derived
        .into_iter()
        .map(|(path, text)| (path.to_owned(), text))
        .chain(pages)
        .map(|(path, text)| Derived { path, text })
        .collect())
}

fn write_report(drift: &Drift, report: &Path) -> Result<()> {
    let is_json = report
        .extension()
        .is_some_and(|extension| extension == "json");
    let text = match is_json {
        true => serde_json::to_string_pretty(drift)?,
        false => drift.to_markdown(),
    };
    std::fs::write(report, text).with_context(|| format!("cannot write {}", report.display()))
}

/// How often each pass bit: one line each, as the snapshot holds them.
fn written(bites: &[Bite]) -> String {
    let line = |bite: &Bite| format!("{:>6}  {}\n", bite.count, bite.pass);
    bites.iter().map(line).collect()
}

fn committed_bites() -> BTreeMap<String, usize> {
    let text = files::read(files::BITES).unwrap_or_default();
    let lines = text.lines().filter_map(|line| {
        let (count, pass) = line.trim().split_once("  ")?;
        Some((pass.to_owned(), count.parse().ok()?))
    });
    lines.collect()
}

fn today() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%d").to_string()
}
