//! What a review would otherwise have to say again and again: one line per finding.

use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::path::Path;
use syn::visit_mut::VisitMut;

use crate::files;
use crate::output::say;

const MOST_LINES: usize = 500;
/// Files of one folder of `src`, without `tests.rs`.
const MOST_FILES: usize = 15;
/// Characters of the name of a test.
const LONGEST_TEST_NAME: usize = 50;
/// Module names that say nothing of what is inside.
const EMPTY_NAMES: [&str; 6] = ["common", "helper", "helpers", "manager", "util", "utils"];
/// What may stand at the root of the repository and of a crate.
const ROOT: &[&str] = &[
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
    "SECURITY.md",
    "clippy.toml",
    "crates",
    "deny.toml",
    "docs",
    "fixtures",
    "fuzz",
    "keepnet-api-spec.json",
    "keepnet-api-spec.provenance.json",
    "tests",
];
const CRATE: &[&str] = &[
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
            findings.extend(source(path, &files::read(path)?)?);
        }
        if path.ends_with("Cargo.toml") && path != "Cargo.toml" {
            findings.extend(manifest(path, &files::read(path)?.parse()?, &listed));
        }
    }
    findings.extend(folders(&listed));
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

fn source(path: &str, text: &str) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    let lines = text.lines().count();
    if lines > MOST_LINES {
        findings.push(format!(
            "{path}: {lines} lines, more than {MOST_LINES}; split it"
        ));
    }
    if !text.starts_with("//!") {
        findings.push(format!("{path}: no //! line that says what is in it"));
    }
    let mut names = TestNames::default();
    names.visit_file_mut(&mut syn::parse_file(text).with_context(|| path.to_owned())?);
    for name in names.0.iter().filter(|name| name.len() > LONGEST_TEST_NAME) {
        let length = name.len();
        findings.push(format!(
            "{path}: the test name {name} has {length} characters, more than {LONGEST_TEST_NAME}"
        ));
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
    Ok(findings)
}

/// The names of the functions with `#[test]`, `#[tokio::test]` and the like.
#[derive(Default)]
struct TestNames(Vec<String>);

impl VisitMut for TestNames {
    fn visit_item_fn_mut(&mut self, item: &mut syn::ItemFn) {
        let is_test = |attribute: &syn::Attribute| {
            let last = attribute.path().segments.last();
            last.is_some_and(|last| last.ident == "test")
        };
        if item.attrs.iter().any(is_test) {
            self.0.push(item.sig.ident.to_string());
        }
    }
}

/// One style of modules, in folders that a reader can survey.
fn folders(listed: &[String]) -> Vec<String> {
    let mut files_of: BTreeMap<&str, usize> = BTreeMap::new();
    let mut findings = Vec::new();
    for path in listed.iter().filter(|path| path.contains("/src/")) {
        let Some(module) = path.strip_suffix(".rs") else {
            continue;
        };
        let folder = format!("{module}/");
        if listed.iter().any(|other| other.starts_with(&folder)) {
            findings.push(format!(
                "{path}: beside a folder of its name; move it to {folder}mod.rs"
            ));
        }
        if let Some((folder, name)) = module.rsplit_once('/')
            && name != "tests"
            && !folder.ends_with("/tests")
        {
            *files_of.entry(folder).or_default() += 1;
        }
    }
    for (folder, count) in files_of {
        if count > MOST_FILES {
            findings.push(format!(
                "{folder}: {count} files, more than {MOST_FILES}; make folders"
            ));
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
    let mut keys = vec!["description", "license"];
    if is_published {
        keys.extend(["keywords", "categories"]);
        for file in ["LICENSE-APACHE", "LICENSE-MIT", "README.md"] {
            if !listed.contains(&format!("{folder}{file}")) {
                findings.push(format!(
                    "{path}: its archive has no {file}; put or link it beside the manifest"
                ));
            }
        }
        let metadata = package.get("metadata");
        let docs =
            metadata.and_then(|metadata| metadata.get("docs")?.get("rs")?.get("all-features"));
        if docs != Some(&true.into()) {
            findings.push(format!(
                "{path}: no all-features = true under [package.metadata.docs.rs]"
            ));
        }
    }
    for key in keys {
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

    fn check(found: impl IntoIterator<Item = String>, expected: &[&str]) {
        let found: Vec<String> = found.into_iter().collect();
        let is_same = found.len() == expected.len()
            && found
                .iter()
                .zip(expected)
                .all(|(found, start)| found.starts_with(start));
        assert!(is_same, "{found:#?}");
    }

    #[test]
    fn stray_file_is_found() {
        check(stray("notes.txt"), &["notes.txt: a stray file"]);
        check(
            stray("crates/a/out.log"),
            &["crates/a/out.log: a stray file"],
        );
        check(stray("crates/a/src/lib.rs"), &[]);
        check(stray("crates/a/examples/import.rs"), &[]);
        check(stray("deny.toml"), &[]);
    }

    #[test]
    fn untidy_source_is_found() {
        let long = format!("//! A.\n{}", "\n".repeat(MOST_LINES));
        let left = format!("//! A.\n{}", concat!("// TO", "DO: more"));
        let name = "a".repeat(LONGEST_TEST_NAME + 1);
        let tests = format!(
            "//! A.\nmod tests {{ #[tokio::test(flavor = \"x\")] async fn {name}() {{}} fn {name}b() {{}} }}"
        );
        let b = "crates/a/src/b.rs";
        for (path, text, expected) in [
            (b, "//! A.\n#[test]\nfn a() {}\n", ""),
            (b, &long, "crates/a/src/b.rs: 501 lines, more than 500"),
            (b, "// A.\n", "crates/a/src/b.rs: no //! line"),
            (
                b,
                &tests,
                &format!("crates/a/src/b.rs: the test name {name} has 51 characters"),
            ),
            (
                b,
                &left,
                concat!("crates/a/src/b.rs:2: TO", "DO is left behind"),
            ),
            (
                "crates/a/src/utils.rs",
                "//! A.",
                "crates/a/src/utils.rs: a name that says nothing",
            ),
            (
                "crates/keepnet-spec/src/b.rs",
                "//! A.\nuse std::fs;",
                "crates/keepnet-spec/src/b.rs: std::fs; keepnet-spec holds",
            ),
        ] {
            let expected: &[&str] = if expected.is_empty() {
                &[]
            } else {
                &[expected]
            };
            check(source(path, text).unwrap(), expected);
        }
    }

    #[test]
    fn untidy_folder_is_found() {
        let listed = |paths: &[&str]| {
            paths
                .iter()
                .map(|path| (*path).to_owned())
                .collect::<Vec<_>>()
        };
        let beside = listed(&[
            "crates/a/src/b.rs",
            "crates/a/src/b/c.rs",
            "crates/a/tests/b.rs",
        ]);
        check(folders(&beside), &["crates/a/src/b.rs: beside a folder"]);
        let mut many: Vec<_> = (0..MOST_FILES)
            .map(|n| format!("crates/a/src/b/f{n}.rs"))
            .collect();
        many.extend(listed(&[
            "crates/a/src/b/tests.rs",
            "crates/a/src/c/tests/d.rs",
            "crates/a/tests/d.rs",
        ]));
        check(folders(&many), &[]);
        many.push("crates/a/src/b/mod.rs".to_owned());
        check(folders(&many), &["crates/a/src/b: 16 files, more than 15"]);
    }

    #[test]
    fn untidy_manifest_is_found() {
        let text = "[package]\nname = \"a\"\n[dependencies]\nb = \"1\"\nc.workspace = true\n";
        check(
            manifest("crates/a/Cargo.toml", &text.parse().unwrap(), &[]),
            &[
                "crates/a/Cargo.toml: its archive has no LICENSE-APACHE",
                "crates/a/Cargo.toml: its archive has no LICENSE-MIT",
                "crates/a/Cargo.toml: its archive has no README.md",
                "crates/a/Cargo.toml: no all-features = true",
                "crates/a/Cargo.toml: no description",
                "crates/a/Cargo.toml: no license",
                "crates/a/Cargo.toml: no keywords",
                "crates/a/Cargo.toml: no categories",
                "crates/a/Cargo.toml: the lints of the workspace are not on",
                "crates/a/Cargo.toml: b is not pinned",
            ],
        );
        let text = "[package]\ndescription = \"a\"\nlicense = \"b\"\npublish = false\n[lints]\nworkspace = true\n";
        check(
            manifest("xtask/Cargo.toml", &text.parse().unwrap(), &[]),
            &[],
        );
    }

    #[test]
    fn prose_in_the_contract_is_found() {
        let mut found = Vec::new();
        let contract =
            serde_json::json!({"a": {"summary": "This is a whole sentence."}, "b": "not one"});
        prose(&contract, "", &mut found);
        check(found, &["keepnet-api-spec.json: prose at /a/summary"]);
    }
}
