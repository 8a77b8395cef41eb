//! `cargo xtask tidy`: rules for files that a review need not repeat; one line per finding.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::BTreeMap;
use syn::visit_mut::VisitMut;

use crate::files;
use crate::output::say;

const MOST_LINES: usize = 500;
/// Sources of one folder, without `tests.rs`.
const MOST_FILES: usize = 15;
/// Characters of the name of a test.
const LONGEST_TEST_NAME: usize = 50;
/// Module names that do not describe the content.
const EMPTY_NAMES: [&str; 6] = ["common", "helper", "helpers", "manager", "util", "utils"];
/// The files and folders at the root of the repository, and at the root of a crate.
const ROOT: &str = "
    .cargo .ci .github .gitignore ARCHITECTURE.md CHANGELOG.md CONTRIBUTING.md Cargo.lock Cargo.toml
    LICENSE-APACHE LICENSE-MIT README.md SECURITY.md clippy.toml crates deny.toml docs fixtures fuzz
    keepnet-api-spec.json keepnet-api-spec.provenance.json tests
";
const CRATE: &str = "
    Cargo.lock Cargo.toml Containerfile LICENSE-APACHE LICENSE-MIT README.md benches build.rs compose.yaml data
    examples fuzz
    keepnet-api-spec.json keepnet-api-spec.provenance.json src tests
";
/// Marks of unfinished work; each is concatenated so that this file does not contain it.
const UNFINISHED: [&str; 5] = [
    concat!("dbg", "!("),
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("#[", "ignore"),
    concat!("TO", "DO"),
];

pub(crate) fn run() -> Result<()> {
    let listed = files::tracked()?;
    let mut findings = folders(&listed);
    for path in &listed {
        let mut problems = Vec::new();
        if !has_known_place(path) {
            problems.push(
                "a file in an unknown place; move it, or add the place to xtask/src/tidy.rs"
                    .to_owned(),
            );
        }
        if path.ends_with(".rs") {
            problems.extend(source(path, &files::read(path)?).with_context(|| path.clone())?);
        }
        if path.ends_with("Cargo.toml") && path != "Cargo.toml" {
            problems.extend(manifest(path, &files::read(path)?, &listed)?);
        }
        if path.starts_with(".github/workflows/") {
            problems.extend(workflow(&files::read(path)?));
        }
        findings.extend(problems.iter().map(|problem| format!("{path}: {problem}")));
    }
    for finding in &findings {
        say(finding)?;
    }
    match findings.len() {
        0 => say(format_args!("{} files are tidy", listed.len())),
        count => bail!("{count} findings"),
    }
}

fn has_known_place(path: &str) -> bool {
    let is_listed = |list: &str, entry: &&str| list.split_whitespace().any(|known| known == *entry);
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        ["xtask", ..] => true,
        ["crates", _, entry, ..] => is_listed(CRATE, entry),
        ["crates", _] => false,
        [entry, ..] => is_listed(ROOT, entry),
        [] => true,
    }
}

fn source(path: &str, text: &str) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    let lines = text.lines().count();
    if lines > MOST_LINES {
        problems.push(format!("{lines} lines, more than {MOST_LINES}; split it"));
    }
    if !text.starts_with("//!") {
        problems.push("no //! line that describes its content".to_owned());
    }
    let mut names = TestNames::default();
    names.visit_file_mut(&mut syn::parse_file(text)?);
    let long = names.0.iter().filter(|name| name.len() > LONGEST_TEST_NAME);
    problems.extend(long.map(|name| {
        let length = name.len();
        format!("the test name {name} has {length} characters, more than {LONGEST_TEST_NAME}")
    }));
    let mut parts = path.split(['/', '.']);
    if let Some(name) = parts.find(|part| EMPTY_NAMES.contains(part)) {
        problems.push(format!("the name {name} does not describe the content"));
    }
    for (index, line) in text.lines().enumerate() {
        if let Some(mark) = UNFINISHED.into_iter().find(|mark| line.contains(mark)) {
            problems.push(format!("line {}: {mark} is unfinished work", index + 1));
        }
    }
    let is_pure = path.starts_with("crates/keepnet-spec/src/");
    let impure = ["std::fs", "std::env::", "std::net", "std::time"].into_iter();
    for word in impure.filter(|word| is_pure && text.contains(word)) {
        problems.push(format!("{word}; keepnet-spec holds pure functions"));
    }
    Ok(problems)
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

/// One style of modules, and few files in a folder.
fn folders(listed: &[String]) -> Vec<String> {
    let mut count_of: BTreeMap<&str, usize> = BTreeMap::new();
    let mut findings = Vec::new();
    for module in listed.iter().filter_map(|path| path.strip_suffix(".rs")) {
        let folder = format!("{module}/");
        if listed.iter().any(|path| path.starts_with(&folder)) {
            findings.push(format!(
                "{module}.rs: beside a folder of its name; move it to {folder}mod.rs"
            ));
        }
        if let Some((folder, name)) = module.rsplit_once('/')
            && name != "tests"
        {
            *count_of.entry(folder).or_default() += 1;
        }
    }
    count_of.retain(|_, count| *count > MOST_FILES);
    let full = count_of.into_iter();
    findings.extend(full.map(|(folder, count)| {
        format!("{folder}: {count} files, more than {MOST_FILES}; make folders")
    }));
    findings
}

/// A tag of an action can be moved to other code; a commit cannot.
fn workflow(text: &str) -> Vec<String> {
    let is_pinned = |action: &str| {
        let commit = action.split_once('@').map_or("", |(_, rest)| rest);
        let (commit, version) = commit.split_once(" # v").unwrap_or_default();
        let is_hex = |letter: char| letter.is_ascii_hexdigit();
        commit.len() == 40 && commit.chars().all(is_hex) && !version.is_empty()
    };
    let actions = text.lines().filter_map(|line| {
        let line = line.trim_start().trim_start_matches("- ");
        line.strip_prefix("uses: ")
    });
    let loose = actions.filter(|action| !is_pinned(action));
    let problem =
        |action| format!("{action}: pin a commit, and write its version behind it: `# v1.2.3`");
    let mut problems: Vec<String> = loose.map(problem).collect();
    if !text.contains("\npermissions:") {
        problems.push("no permissions: state what its token may do".to_owned());
    }
    problems
}

fn manifest(path: &str, text: &str, listed: &[String]) -> Result<Vec<String>> {
    let manifest: Value = toml::from_str(text)?;
    let mut problems = Vec::new();
    // A workspace of its own, such as the fuzzers, keeps its own rules.
    if manifest.get("workspace").is_some() {
        return Ok(problems);
    }
    let folder = path.trim_end_matches("Cargo.toml");
    let package = &manifest["package"];
    let mut keys = vec!["description", "license"];
    if package["publish"] != false {
        keys.extend(["keywords", "categories"]);
        for file in ["LICENSE-APACHE", "LICENSE-MIT", "README.md"] {
            if !listed.contains(&format!("{folder}{file}")) {
                problems.push(format!(
                    "its archive has no {file}; put or link it beside the manifest"
                ));
            }
        }
        if package["metadata"]["docs"]["rs"]["all-features"] != true {
            let problem = "no all-features = true under [package.metadata.docs.rs]";
            problems.push(problem.to_owned());
        }
    }
    keys.retain(|key| package.get(key).is_none());
    problems.extend(keys.into_iter().map(|key| format!("no {key}")));
    if manifest["lints"]["workspace"] != true {
        problems.push("the lints of the workspace are not on".to_owned());
    }
    let targets = manifest["target"].as_object().into_iter().flatten();
    let tables = targets.map(|(_, table)| table);
    for table in [&manifest].into_iter().chain(tables) {
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for (name, dependency) in table[kind].as_object().into_iter().flatten() {
                // A crate of ours that has only a path is not part of an archive.
                let is_ours = kind == "dev-dependencies"
                    && dependency.get("path").is_some()
                    && dependency.get("version").is_none();
                if dependency.get("workspace") != Some(&true.into()) && !is_ours {
                    problems.push(format!("{name} is not pinned in [workspace.dependencies]"));
                }
            }
        }
    }
    Ok(problems)
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
    fn file_in_an_unknown_place_is_found() {
        for (path, is_known) in [
            ("notes.txt", false),
            ("crates/a/out.log", false),
            ("crates/a", false),
            ("crates/a/src/lib.rs", true),
            ("crates/a/examples/import.rs", true),
            ("deny.toml", true),
        ] {
            assert_eq!(has_known_place(path), is_known, "{path}");
        }
    }

    #[test]
    fn loose_action_is_found() {
        let commit = "0123456789abcdef0123456789abcdef01234567";
        let pinned = format!("\npermissions: {{}}\n      - uses: a/b@{commit} # v4.3.0\n");
        check(workflow(&pinned), &[]);
        let loose = format!("    - uses: a/b@v4\n  uses: a/b@{commit}\n");
        check(
            workflow(&loose),
            &["a/b@v4: pin a commit", "a/b@0123", "no permissions"],
        );
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
            (b, &*long, "501 lines, more than 500"),
            (b, "// A.\n", "no //! line"),
            (
                b,
                &tests,
                &format!("the test name {name} has 51 characters"),
            ),
            (b, &left, concat!("line 2: TO", "DO is unfinished")),
            ("crates/a/src/utils.rs", "//! A.", "the name utils does not"),
            (
                "crates/a/src/utils/b.rs",
                "//! A.",
                "the name utils does not",
            ),
            (
                "crates/keepnet-spec/src/b.rs",
                "//! A.\nuse std::fs;",
                "std::fs; keepnet-spec holds",
            ),
        ] {
            check(source(path, text).unwrap(), &[expected]);
        }
        check(source(b, "//! A.\n#[test]\nfn a() {}\n").unwrap(), &[]);
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
            manifest("crates/a/Cargo.toml", text, &[]).unwrap(),
            &[
                "its archive has no LICENSE-APACHE",
                "its archive has no LICENSE-MIT",
                "its archive has no README.md",
                "no all-features = true",
                "no description",
                "no license",
                "no keywords",
                "no categories",
                "the lints of the workspace are not on",
                "b is not pinned",
            ],
        );
        let text = "[package]\ndescription = \"a\"\nlicense = \"b\"\npublish = false\n[lints]\nworkspace = true\n";
        check(manifest("xtask/Cargo.toml", text, &[]).unwrap(), &[]);
    }
}
