//! Where the files of the workspace are, and the one way in which they are written or compared.

use anyhow::{Context, Result, bail};
use keepnet_spec::{Contract, Decisions, NamesLock, Provenance};
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) const CONTRACT: &str = "keepnet-api-spec.json";
pub(crate) const PROVENANCE: &str = "keepnet-api-spec.provenance.json";
pub(crate) const MANIFEST: &str = "Cargo.toml";
pub(crate) const CHANGELOG: &str = "CHANGELOG.md";
pub(crate) const NAMES: &str = "crates/keepnet-spec/data/names.lock";
pub(crate) const SURFACE: &str = "tests/snapshots/surface.snap";
pub(crate) const BUILD_COST: &str = "tests/snapshots/build-cost.snap";
pub(crate) const BITES: &str = "tests/snapshots/bites.snap";

/// A file that `regen` derives, with the text it should have.
pub(crate) struct Derived {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// The page of the type shapes that the flows use of an area.
pub(crate) fn shapes(area: &str) -> String {
    format!("tests/snapshots/shapes-{area}.snap")
}

pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_owned()
}

/// The files that git knows or would add, in its own order.
pub(crate) fn tracked() -> Result<Vec<String>> {
    let output = Command::new("git")
        .current_dir(root())
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .output()?;
    if !output.status.success() {
        bail!("git cannot list the files of this folder");
    }
    let text = String::from_utf8(output.stdout)?;
    let present = text.lines().filter(|path| root().join(path).exists());
    Ok(present.map(str::to_owned).collect())
}

pub(crate) fn read(path: &str) -> Result<String> {
    std::fs::read_to_string(root().join(path)).with_context(|| format!("cannot read {path}"))
}

pub(crate) fn contract() -> Result<Contract> {
    Ok(Contract::parse(&read(CONTRACT)?)?)
}

pub(crate) fn provenance() -> Result<Provenance> {
    Ok(Provenance::parse(&read(PROVENANCE)?)?)
}

pub(crate) fn decisions() -> Result<Decisions> {
    Ok(Decisions {
        names: NamesLock::parse(&read(NAMES)?)?,
        areas: decision_file("crates/keepnet-spec/data/slices.toml")?,
        corrections: decision_file("crates/keepnet-spec/data/corrections.toml")?,
    })
}

fn decision_file<T: serde::de::DeserializeOwned>(path: &str) -> Result<T> {
    toml::from_str(&read(path)?).with_context(|| format!("{path} is not valid"))
}

/// A snapshot as insta reads it: what the test compares follows the second line of dashes.
pub(crate) fn snapshot(text: &str) -> String {
    format!("---\nsource: tests/workspace/contract.rs\n---\n{text}")
}

/// Writes every file that differs, or only names them; returns those that differ.
pub(crate) fn write_or_check(files: &[Derived], check: bool) -> Result<Vec<String>> {
    let mut differing = Vec::new();
    for Derived { path, text } in files {
        let full = root().join(path);
        // A checkout may turn line ends; the derived text has none but `\n`.
        let current = std::fs::read_to_string(&full)
            .unwrap_or_default()
            .replace("\r\n", "\n");
        if current == *text {
            continue;
        }
        differing.push(path.clone());
        if !check {
            if let Some(folder) = full.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::write(&full, text).with_context(|| format!("cannot write {path}"))?;
        }
    }
    Ok(differing)
}
