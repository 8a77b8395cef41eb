//! The places of the files of the workspace, and how derived files are written or compared.

use anyhow::{Context, Result, bail};
use keepnet_spec::{Contract, Decisions, NamesLock, Provenance};
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) const CONTRACT: &str = "keepnet-api-spec.json";
pub(crate) const PROVENANCE: &str = "keepnet-api-spec.provenance.json";
pub(crate) const MANIFEST: &str = "Cargo.toml";
pub(crate) const LOCK: &str = "Cargo.lock";
pub(crate) const SNAPSHOTS: &str = "tests/snapshots";
pub(crate) const CHANGELOG: &str = "CHANGELOG.md";
pub(crate) const NAMES: &str = "crates/keepnet-spec/data/names.lock";
pub(crate) const OPERATIONS: &str = "tests/snapshots/operations.snap";
pub(crate) const BUILD_COST: &str = "tests/snapshots/build-cost.snap";
pub(crate) const PASS_HITS: &str = "tests/snapshots/pass-hits.snap";

/// A derived file, with the text that it should have; none if it should not exist.
pub(crate) struct Derived {
    path: String,
    text: Option<String>,
}

impl Derived {
    pub(crate) fn new(path: impl Into<String>, text: String) -> Derived {
        let path = path.into();
        let text = Some(text);
        Derived { path, text }
    }

    pub(crate) fn removed(path: impl Into<String>) -> Derived {
        let path = path.into();
        Derived { path, text: None }
    }

    /// A snapshot with the header that insta writes for the tests of the workspace, whose function
    /// `check_snapshot` compares the text.
    pub(crate) fn snapshot(path: impl Into<String>, text: &str) -> Derived {
        let header = "---\nsource: tests/workspace/main.rs\nexpression: text\n---\n";
        // insta ends a snapshot with one line end.
        Derived::new(path, format!("{header}{}\n", text.trim_end()))
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }
}

/// The root of the checkout in which the task runs, and not of the one in which it was built: two
/// checkouts may share a target folder.
pub(crate) fn root() -> PathBuf {
    // cargo sets the variable for what it runs.
    let manifest = match std::env::var_os("CARGO_MANIFEST_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")),
    };
    let is_root = |folder: &&Path| folder.join(CONTRACT).is_file() && folder.join("xtask").is_dir();
    let root = manifest.ancestors().find(is_root);
    root.unwrap_or(&manifest).to_owned()
}

/// A folder for files that are never committed.
pub(crate) fn target_folder(name: &str) -> Result<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR");
    let target = target.map_or_else(|| "target".into(), PathBuf::from);
    let folder = root().join(target).join(name);
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Runs a command to its end; an exit code other than 0 is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status();
    let program = command.get_program().display();
    if !status
        .with_context(|| format!("cannot run {program}"))?
        .success()
    {
        bail!("{program} failed");
    }
    Ok(())
}

/// What a git command prints.
pub(crate) fn git<'a>(
    folder: &Path,
    arguments: &[&str],
    paths: impl IntoIterator<Item = &'a str>,
) -> Result<String> {
    let mut command = Command::new("git");
    let output = command.current_dir(folder).args(arguments).args(paths);
    let output = output.output().context("cannot run git")?;
    if !output.status.success() {
        let problem = String::from_utf8_lossy(&output.stderr);
        bail!("git {} failed: {}", arguments[0], problem.trim());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// The paths of the files that git knows or would add.
pub(crate) fn tracked() -> Result<Vec<String>> {
    let listed = ["ls-files", "--cached", "--others", "--exclude-standard"];
    let text = git(&root(), &listed, [])?;
    let present = text.lines().filter(|path| root().join(path).exists());
    Ok(present.map(str::to_owned).collect())
}

/// The pages that tell users how to depend on the crates.
pub(crate) fn pages() -> Result<Vec<String>> {
    let mut pages = vec!["README.md".to_owned()];
    for entry in std::fs::read_dir(root().join("crates"))? {
        let name = entry?.file_name();
        pages.push(format!("crates/{}/README.md", name.to_string_lossy()));
    }
    pages.retain(|path| root().join(path).is_file());
    pages.sort();
    Ok(pages)
}

/// The paths of the files of a folder, sorted.
pub(crate) fn files_in(folder: &str) -> Result<Vec<String>> {
    let entries = std::fs::read_dir(root().join(folder));
    let entries = entries.with_context(|| format!("cannot read {folder}"))?;
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(format!("{folder}/{}", entry?.file_name().to_string_lossy()));
    }
    paths.sort();
    Ok(paths)
}

pub(crate) fn read(path: &str) -> Result<String> {
    std::fs::read_to_string(root().join(path)).with_context(|| format!("cannot read {path}"))
}

pub(crate) fn write(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
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
        areas: decision_file("crates/keepnet-spec/data/areas.toml")?,
        retry_classes: decision_file("crates/keepnet-spec/data/retry-classes.toml")?,
        corrections: decision_file("crates/keepnet-spec/data/corrections.toml")?,
        bodies: contract().map(|it| it.bodies()).unwrap_or_default(),
    })
}

fn decision_file<T: serde::de::DeserializeOwned>(path: &str) -> Result<T> {
    toml::from_str(&read(path)?).with_context(|| format!("{path} is not valid"))
}

/// Writes every file that differs, or writes nothing in a check; returns the files that differ.
pub(crate) fn write_or_check(files: &[Derived], check: bool) -> Result<Vec<&str>> {
    let mut differing = Vec::new();
    for Derived { path, text } in files {
        let full = root().join(path);
        // A checkout may change line ends; the derived text has only `\n`.
        let current = std::fs::read_to_string(&full).ok();
        if current.map(|text| text.replace("\r\n", "\n")) == *text {
            continue;
        }
        differing.push(path.as_str());
        match text {
            _ if check => {}
            Some(text) => {
                std::fs::write(&full, text).with_context(|| format!("cannot write {path}"))?;
            }
            None => {
                std::fs::remove_file(&full).with_context(|| format!("cannot remove {path}"))?;
            }
        }
    }
    Ok(differing)
}
