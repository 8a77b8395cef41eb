//! `cargo xtask regen`: derives the contract and the files that people review.

mod document;
mod lock_file;
mod provenance;
mod release;

use anyhow::{Result, bail};
use keepnet_spec::codegen::Surface;
use keepnet_spec::{
    Contract, ContractDiff, Decisions, EditorialChanges, MissingDecision, PassHits, Provenance,
    normalize, operation_list, read_leniently, shape_pages, to_canonical_json,
};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::files::{self, Derived};
use crate::output::say;
use document::Document;

/// Derive the contract and the reviewed files again, and report the changes.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The published document to derive the contract from; without it only the other files are derived.
    #[arg(long, value_name = "FILE|URL")]
    from: Option<String>,
    /// Write nothing; fail if a derived file differs from the committed one.
    #[arg(long)]
    check: bool,
    /// Write the changes since the committed contract: Markdown for a pull request, or JSON for a `.json` file.
    #[arg(long, value_name = "FILE", requires = "from")]
    report: Option<PathBuf>,
    /// The previous published document, to count texts, examples and orders that changed.
    #[arg(long, value_name = "FILE|URL", requires = "from")]
    since: Option<String>,
    /// Save the document for `--since` of the next run; do not commit it.
    #[arg(long, value_name = "FILE", requires = "from", conflicts_with = "check")]
    save: Option<PathBuf>,
    /// The day on which the document was taken; the default is today for a new document, and the known day for a known one.
    #[arg(long, value_name = "YYYY-MM-DD", requires = "from")]
    date: Option<String>,
    /// Write what is proposed for each missing decision into crates/keepnet-spec/data, for review.
    #[arg(long, requires = "from", conflicts_with = "check")]
    accept_proposals: bool,
    /// Add the changes at the top of the unreleased part of CHANGELOG.md.
    #[arg(long, requires = "from", conflicts_with = "check")]
    changelog: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let started = Instant::now();
    let derived = match &arguments.from {
        Some(from) => derive_from_document(from, arguments)?,
        None => {
            let contract = files::contract()?;
            let text = files::read(files::CONTRACT)?;
            let operations = contract.operations().len();
            let provenance = provenance::verify(files::provenance()?, &text, operations)?;
            derive(&contract, &provenance)?
        }
    };
    let differing = files::write_or_check(&derived, arguments.check)?;
    for path in &differing {
        let action = if arguments.check { "differs:" } else { "wrote" };
        say(format_args!("{action} {path}"))?;
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

fn derive_from_document(from: &str, arguments: &Arguments) -> Result<Vec<Derived>> {
    let published = Document::read(from)?;
    if let Some(save) = &arguments.save {
        files::write(save, &published.text)?;
    }
    let mut decisions = files::decisions()?;
    let (document, repairs) = read_leniently::<serde_json::Value>(&published.text)?;
    for repair in &repairs {
        say(format_args!(
            "repaired: line {}: the key {:?} has no value; read as null",
            repair.line, repair.key
        ))?;
    }
    let mut normalized = normalize(document.clone(), &decisions)?;
    if arguments.accept_proposals {
        decisions = accept_proposals(&normalized.missing)?;
        normalized = normalize(document, &decisions)?;
    }
    for missing in &normalized.missing {
        say(format_args!("undecided: {missing}"))?;
    }
    let hits = pass_hits_text(&normalized.pass_hits);
    say(hits.trim_end())?;
    for idle in normalized.idle_passes() {
        say(format_args!(
            "warning: the pass {idle} changed nothing; if it stays so, remove it from keepnet-spec"
        ))?;
    }
    for place in &normalized.unpublished {
        say(format_args!(
            "warning: retry-classes.toml lists {place}, which the document does not have; delete the line"
        ))?;
    }
    let contract = Contract::new(normalized.contract);
    let provenance = provenance::derive(
        &published,
        &to_canonical_json(contract.document()),
        contract.operations().len(),
        files::provenance().ok().as_ref(),
        arguments.date.as_deref(),
        || jiff::Timestamp::now().strftime("%Y-%m-%d").to_string(),
    )?;
    let mut derived = derive(&contract, &provenance)?;
    derived.push(Derived::new(files::NAMES, normalized.names.to_text()));
    derived.push(Derived::snapshot(files::PASS_HITS, &hits));
    // Before the first contract there is nothing to compare with.
    let committed = files::contract().unwrap_or_else(|_| contract.clone());
    let mut diff = ContractDiff::between(&committed, &contract)?
        .with_pass_hits(&committed_pass_hits(), &normalized.pass_hits);
    if let Some(since) = &arguments.since {
        let before = Document::read(since)?;
        diff = diff.with_editorial(EditorialChanges::between(&before.text, &published.text)?);
    }
    say(diff.to_text().trim_end())?;
    if let Some(report) = &arguments.report {
        write_report(&diff, report)?;
    }
    // The report is complete, so that all decisions can be taken at once.
    if let count @ 1.. = normalized.missing.len() {
        bail!(
            "{count} decisions are missing; take them in crates/keepnet-spec/data, or run again with --accept-proposals and review the edits"
        );
    }
    if arguments.changelog {
        let entry = diff.to_changelog(&provenance.date);
        let changelog = release::with_entry(&files::read(files::CHANGELOG)?, &entry)?;
        derived.push(Derived::new(files::CHANGELOG, changelog));
    }
    Ok(derived)
}

/// Writes the proposals into the decision files; returns the decisions with them.
fn accept_proposals(missing: &[MissingDecision]) -> Result<Decisions> {
    for proposal in missing.iter().filter_map(|it| it.proposal.as_ref()) {
        let path = format!("crates/keepnet-spec/data/{}", proposal.file);
        let text = proposal.edit.apply(&files::read(&path)?);
        files::write(&files::root().join(&path), &text)?;
        say(format_args!(
            "decided: in {}, {}",
            proposal.file, proposal.edit
        ))?;
    }
    files::decisions()
}

/// The files that follow from a contract.
fn derive(contract: &Contract, provenance: &Provenance) -> Result<Vec<Derived>> {
    // What the bindings cannot express is refused here, not in the build.
    let surface = Surface::of(contract)?;
    let before = files::read(files::MANIFEST)?;
    let (manifest, reason) =
        release::next_manifest(&files::root(), &before, contract, &provenance.date)?;
    if let Some(reason) = reason {
        say(reason)?;
    }
    let lock = lock_file::with_versions(&files::read(files::LOCK)?, &before, &manifest)?;
    let mut derived = vec![
        Derived::new(files::CONTRACT, to_canonical_json(contract.document())),
        Derived::new(files::PROVENANCE, provenance.to_text()),
        Derived::new(files::MANIFEST, manifest.clone()),
        Derived::new(files::LOCK, lock),
        Derived::snapshot(files::OPERATIONS, &operation_list(contract, &surface)),
    ];
    for path in files::pages()? {
        let page = release::with_requirements(&files::read(&path)?, &manifest)?;
        derived.push(Derived::new(path, page));
    }
    for (area, page) in shape_pages(contract, &surface) {
        derived.push(Derived::snapshot(shapes_page(&area), &page));
    }
    for path in files::files_in(files::SNAPSHOTS)? {
        // The page of an area that the contract no longer has.
        let is_page = path.starts_with(&shapes_page("").replace(".snap", ""));
        if is_page && !derived.iter().any(|file| file.path() == path) {
            derived.push(Derived::removed(path));
        }
    }
    Ok(derived)
}

fn shapes_page(area: &str) -> String {
    format!("{}/shapes-{area}.snap", files::SNAPSHOTS)
}

fn write_report(diff: &ContractDiff, report: &Path) -> Result<()> {
    let is_json = report.extension().is_some_and(|name| name == "json");
    let text = match is_json {
        true => serde_json::to_string_pretty(diff)?,
        false => diff.to_markdown(),
    };
    files::write(report, &text)
}

/// The number of places that each pass changed, one pass a line, as the snapshot holds them.
fn pass_hits_text(hits: &[PassHits]) -> String {
    let line = |hits: &PassHits| format!("{:>6}  {}\n", hits.count, hits.pass);
    hits.iter().map(line).collect()
}

fn committed_pass_hits() -> BTreeMap<String, usize> {
    let text = files::read(files::PASS_HITS).unwrap_or_default();
    let lines = text.lines().filter_map(|line| {
        let (count, pass) = line.trim().split_once("  ")?;
        Some((pass.to_owned(), count.parse().ok()?))
    });
    lines.collect()
}
