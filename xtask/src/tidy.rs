//! What a review would otherwise have to say again and again: one line per finding.

use anyhow::{Result, bail};
use std::path::Path;

use crate::files;
use crate::output::say;

const LONGEST: usize = 500;
/// Longer than [`LONGEST`], and why.
const LONG: &[(&str, &str)] = &[];
/// Module names that say nothing of what is inside.
const EMPTY_NAMES: [&str; 6] = ["common", "helper", "helpers", "manager", "util", "utils"];
/// What may stand at the root of the repository and of a crate.
const ROOT: [&str; 20] = [
    ".cargo",
    ".ci",
    ".github",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "clippy.toml",
    "crates",
    "docs",
    "fixtures",
    "fuzz",
    "keepnet-api-spec.json",
    "keepnet-api-spec.provenance.json",
    "tests",
];
const CRATE: [&str; 13] = [
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "benches",
    "build.rs",
    "data",
    "examples",
    "fuzz",
    "keepnet-api-spec.json",
    "keepnet-api-spec.provenance.json",
    "src",
    "tests",
];
/// Left behind in the middle of work; each is put together so that this file does not find itself.
const LEFT_BEHIND: [&str; 5] = [
    concat!("dbg", "!("),
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("#[", "ignore"),
    concat!("TO", "DO"),
];

pub(crate) fn run() -> Result<()> {
    let listed = files::tracked()?;
    let mut findings = Vec::new();
    for path in &listed {
        findings.extend(stray(path));
        if path.ends_with(".rs") {
            findings.extend(source(path, &files::read(path)?));
        }
        if path.ends_with("Cargo.toml") && path != "Cargo.toml" {
            findings.extend(manifest(path, &files::read(path)?.parse()?, &listed));
        }
    }
    let contract: serde_json::Value = serde_json::from_str(&files::read(files::CONTRACT)?)?;
    prose(&contract, "", &mut findings);
    for finding in &findings {
        say(finding)?;
    }
    match findings.len() {
        0 => say(format_args!("{} files are tidy", listed.len())),
        count => bail!("{count} findings"),
    }
}

fn stray(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').collect();
    let is_known = match parts.as_slice() {
        ["xtask", ..] => true,
        ["crates", _, entry, ..] => CRATE.contains(entry),
        ["crates", _] => false,
        [entry, ..] => ROOT.contains(entry),
        [] => true,
    };
    (!is_known)
        .then(|| format!("{path}: a stray file; move it, or add its place to xtask/src/tidy.rs"))
}

fn source(path: &str, text: &str) -> Vec<String> {
    let mut findings = Vec::new();
    let lines = text.lines().count();
    let excuse = LONG.iter().find(|(long, _)| *long == path);
    match (lines > LONGEST, excuse) {
        (true, None) => findings.push(format!(
            "{path}: {lines} lines, more than {LONGEST}; split it"
        )),
        (false, Some(_)) => findings.push(format!(
            "{path}: short by now; take it off the list in tidy.rs"
        )),
        _ => {}
    }
    let name = Path::new(path).components().any(|part| {
        let part = part.as_os_str().to_string_lossy();
        EMPTY_NAMES.contains(&part.trim_end_matches(".rs"))
    });
    if name {
        findings.push(format!(
            "{path}: a name that says nothing of what is inside"
        ));
    }
    for (index, line) in text.lines().enumerate() {
        if let Some(word) = LEFT_BEHIND.into_iter().find(|word| line.contains(word)) {
            findings.push(format!("{path}:{}: {word} is left behind", index + 1));
        }
    }
    if path.starts_with("crates/keepnet-spec/src/") {
        for word in ["std::fs", "std::env::", "std::net", "std::time"] {
            if text.contains(word) {
                findings.push(format!("{path}: {word}; keepnet-spec holds pure functions"));
            }
        }
    }
    findings
}

fn manifest(path: &str, manifest: &toml::Table, listed: &[String]) -> Vec<String> {
    let mut findings = Vec::new();
    // A workspace of its own, such as the fuzzers, keeps its own rules.
    if manifest.contains_key("workspace") {
        return findings;
    }
    let folder = path.trim_end_matches("Cargo.toml");
    let package = &manifest["package"];
    let is_published = package.get("publish") != Some(&toml::Value::Boolean(false));
    if is_published {
        for file in ["LICENSE-APACHE", "LICENSE-MIT"] {
            if !listed.contains(&format!("{folder}{file}")) {
                findings.push(format!(
                    "{path}: its archive has no {file}; link it beside the manifest"
                ));
            }
        }
    }
    for key in ["description", "license"] {
        if package.get(key).is_none() {
            findings.push(format!("{path}: no {key}"));
        }
    }
    if manifest
        .get("lints")
        .and_then(|lints| lints.get("workspace"))
        != Some(&true.into())
    {
        findings.push(format!("{path}: the lints of the workspace are not on"));
    }
    let targets = manifest.get("target").and_then(toml::Value::as_table);
    let targets = targets.into_iter().flat_map(|targets| targets.values());
    let tables = std::iter::once(manifest).chain(targets.filter_map(toml::Value::as_table));
    for table in tables {
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let dependencies = table.get(kind).and_then(toml::Value::as_table);
            for (name, dependency) in dependencies.into_iter().flatten() {
                let is_shared = dependency.get("workspace") == Some(&true.into());
                // By its path alone, a crate of ours is no part of an archive.
                let is_ours = kind == "dev-dependencies"
                    && dependency.get("path").is_some()
                    && dependency.get("version").is_none();
                if !is_shared && !is_ours {
                    findings.push(format!(
                        "{path}: {name} is not pinned in [workspace.dependencies]"
                    ));
                }
            }
        }
    }
    findings
}

/// Facts are names, paths, patterns and formats; more than four words are a sentence.
fn prose(value: &serde_json::Value, place: &str, findings: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(map) => {
            for (key, value) in map {
                prose(value, &format!("{place}/{key}"), findings);
            }
        }
        serde_json::Value::Array(items) => {
            items.iter().for_each(|item| prose(item, place, findings))
        }
        serde_json::Value::String(text) => {
            let is_described = place.ends_with("/description") && !text.is_empty();
            if is_described || text.split_whitespace().count() > 4 {
                findings.push(format!("{}: prose at {place}", files::CONTRACT));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_has_a_line_for_what_breaks_it() {
        let long = "\n".repeat(LONGEST + 1);
        let left = format!("fn a() {{}}\n{}", concat!("// TO", "DO: more"));
        let manifest_of = |text: &str| manifest("crates/a/Cargo.toml", &text.parse().unwrap(), &[]);
        let mut sentences = Vec::new();
        let contract =
            serde_json::json!({"a": {"summary": "This is a whole sentence."}, "b": "not one"});
        prose(&contract, "", &mut sentences);
        for (found, expected) in [
            (
                stray("notes.txt").into_iter().collect(),
                vec!["notes.txt: a stray file"],
            ),
            (
                stray("crates/a/out.log").into_iter().collect(),
                vec!["crates/a/out.log: a stray file"],
            ),
            (stray("crates/a/src/lib.rs").into_iter().collect(), vec![]),
            (
                source("crates/a/src/b.rs", &long),
                vec!["crates/a/src/b.rs: 501 lines, more than 500"],
            ),
            (
                source("crates/a/src/utils.rs", ""),
                vec!["crates/a/src/utils.rs: a name that says nothing"],
            ),
            (
                source("crates/a/src/b.rs", &left),
                vec![concat!("crates/a/src/b.rs:2: TO", "DO is left behind")],
            ),
            (
                source("crates/keepnet-spec/src/b.rs", "use std::fs;"),
                vec!["crates/keepnet-spec/src/b.rs: std::fs; keepnet-spec holds"],
            ),
            (
                manifest_of(
                    "[package]\nname = \"a\"\n[dependencies]\nb = \"1\"\nc.workspace = true\n",
                ),
                vec![
                    "crates/a/Cargo.toml: its archive has no LICENSE-APACHE",
                    "crates/a/Cargo.toml: its archive has no LICENSE-MIT",
                    "crates/a/Cargo.toml: no description",
                    "crates/a/Cargo.toml: no license",
                    "crates/a/Cargo.toml: the lints of the workspace are not on",
                    "crates/a/Cargo.toml: b is not pinned",
                ],
            ),
            (
                sentences,
                vec!["keepnet-api-spec.json: prose at /a/summary"],
            ),
        ] {
            let found: Vec<String> = found;
            assert_eq!(found.len(), expected.len(), "{found:?}");
            for (found, expected) in found.iter().zip(expected) {
                assert!(found.starts_with(expected), "{found}");
            }
        }
    }
}
