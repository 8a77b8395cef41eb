//! The words of the texts that users read: singulars, and the outcomes that the documentation explains.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::Keepnet;

/// Nouns that are counted, in the plural.
const PLURALS: &[&str] = &[
    "addresses",
    "bytes",
    "changes",
    "columns",
    "companies",
    "customers",
    "duplicates",
    "fields",
    "files",
    "groups",
    "imports",
    "jobs",
    "licences",
    "people",
    "requests",
    "rows",
    "seats",
    "tickets",
    "tries",
    "users",
    "warnings",
];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The files of a folder whose names end so.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(workspace().join(folder)).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let found: Vec<_> = paths
        .filter(|path| path.to_str().unwrap().ends_with(ending))
        .collect();
    assert!(!found.is_empty(), "{folder}");
    found
}

/// The counts of one with a plural noun, such as `1 rows`.
fn wrong_plurals(text: &str) -> Vec<String> {
    let words: Vec<_> = text.split_whitespace().collect();
    let pairs = words.windows(2).filter(|pair| {
        let noun = pair[1].trim_end_matches(|it: char| !it.is_alphanumeric());
        let count = pair[0].trim_start_matches(|it: char| !it.is_alphanumeric());
        count == "1" && PLURALS.contains(&noun)
    });
    pairs.map(|pair| pair.join(" ")).collect()
}

#[test]
fn one_thing_is_in_the_singular() {
    assert_eq!(wrong_plurals("(1 rows, 11 rows, 1 row)"), ["(1 rows,"]);
    let texts = [
        files("crates/keepnet-cli/tests/command_line/snapshots", ".snap"),
        files("crates/keepnet-flows/tests", ".rs"),
        files("tests/workspace/flows", ".rs"),
        files("tests/workspace/sync", ".rs"),
        files("docs", ".md"),
        files("", "README.md"),
    ];
    for path in texts.iter().flatten() {
        let text = fs::read_to_string(path).unwrap();
        assert_eq!(wrong_plurals(&text), [""; 0], "{}", path.display());
    }
}

/// The words of the member `outcome` of a schema: its constants, or those that its description names.
fn outcomes(name: &str) -> Vec<String> {
    let schema = Keepnet::new(&["schema", name]).run().json();
    let resolve = |value: &serde_json::Value| match value["$ref"].as_str() {
        Some(path) => schema.pointer(&path[1..]).unwrap().clone(),
        None => value.clone(),
    };
    let outcome = resolve(&schema["properties"]["outcome"]);
    let word = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    let mut words: Vec<String> = outcome["enum"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(word)
        .collect();
    for variant in outcome["oneOf"].as_array().into_iter().flatten() {
        words.extend(word(&variant["const"]));
        words.extend(
            variant["enum"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(word),
        );
    }
    if words.is_empty() {
        let description = outcome["description"].as_str().unwrap_or_default();
        words = description
            .split('`')
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
            .collect();
    }
    words
}

#[test]
fn each_outcome_is_documented() {
    let pages: String = files("docs", ".md")
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let help = Keepnet::new(&["schema", "--help"]).run().stdout;
    let (_, names) = help.split_once("[possible values: ").unwrap();
    let (names, _) = names.split_once(']').unwrap();
    for name in names.split(',').map(str::trim) {
        let outcomes = outcomes(name);
        assert!(!outcomes.is_empty(), "{name}");
        for word in outcomes {
            assert!(pages.contains(&format!("`{word}`")), "{name}: {word}");
        }
    }
}
