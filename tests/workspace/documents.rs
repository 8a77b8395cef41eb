//! The documents name dependencies, files and tests that exist.

use std::path::Path;

use toml::Table;

use crate::{read, root};

const DOCUMENTS: [&str; 8] = [
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "README.md",
    "SECURITY.md",
    "docs/changing-users.md",
    "docs/durable-engine.md",
    "docs/sync.md",
    "docs/use-cases.md",
];
const FOLDERS: [&str; 7] = [
    ".ci/",
    ".github/",
    "crates/",
    "docs/",
    "fixtures/",
    "tests/",
    "xtask/",
];

#[test]
fn documents_name_existing_files() {
    let mut missing = Vec::new();
    for document in DOCUMENTS {
        let text = read(document);
        let folder = Path::new(document).parent().unwrap();
        let links = text.split("](").skip(1).map(|rest| rest.split(')').next());
        let links = links.flatten().filter(|link| !link.contains("://"));
        let linked = links.map(|link| folder.join(link));
        let named = code_spans(&text).into_iter().filter(|span| is_path(span));
        let paths = linked.chain(named.map(Into::into));
        missing.extend(
            paths
                .filter(|path| !root(path.to_str().unwrap()).exists())
                .map(|path| format!("{document}: {}", path.display())),
        );
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn invariants_name_existing_tests() {
    let document = read("ARCHITECTURE.md");
    let (_, invariants) = document.split_once("## Invariants").unwrap();
    let (invariants, _) = invariants.split_once("\n## ").unwrap();
    let mut sources = String::new();
    for folder in ["crates", "tests", "xtask"] {
        collect_sources(&root(folder), &mut sources);
    }
    let is_test = |span: &String| {
        span.matches('_').count() > 1 && span.chars().all(|c| c == '_' || c.is_ascii_lowercase())
    };
    let named: Vec<_> = code_spans(invariants).into_iter().filter(is_test).collect();
    assert!(named.len() > 5, "{named:?}");
    for name in named {
        assert!(sources.contains(&format!("fn {name}(")), "{name}");
    }
}

/// The program of the README is compiled by `tests/readme`, so the dependencies of that package are
/// sufficient; here, they are compared with those that the README lists.
#[test]
fn readme_dependencies_are_sufficient() {
    let readme = read("README.md");
    let block = readme.split("```toml\n").find_map(|block| {
        let block = block.strip_prefix("[dependencies]\n")?;
        block.split("```").next()
    });
    let listed: Table = block.unwrap().parse().unwrap();
    let package: Table = read("tests/readme/Cargo.toml").parse().unwrap();
    let workspace: Table = read("Cargo.toml").parse().unwrap();
    let used = package["dependencies"].as_table().unwrap();

    assert!(listed.keys().eq(used.keys()), "{listed:?}");
    for (name, listed) in &listed {
        let version = listed.get("version").unwrap_or(listed).as_str().unwrap();
        let shared = &workspace["workspace"]["dependencies"][name];
        let shared = shared["version"].as_str().unwrap();
        assert!(
            shared.starts_with(version),
            "{name}: {version}, not {shared}"
        );
        assert_eq!(listed.get("features"), used[name].get("features"), "{name}");
    }
    assert!(!package.contains_key("dev-dependencies"));
}

/// The texts between two backquotes, outside of code blocks.
fn code_spans(text: &str) -> Vec<String> {
    let prose: String = text.split("```").step_by(2).collect();
    let spans = prose.split('`').skip(1).step_by(2);
    spans.map(|span| span.replace('\n', " ")).collect()
}

/// Whether it is a path from the root of the repository, without a placeholder.
fn is_path(span: &str) -> bool {
    let starts = FOLDERS.iter().any(|folder| span.starts_with(folder));
    starts && !span.contains(['<', '*', ' '])
}

fn collect_sources(folder: &Path, sources: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect_sources(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}
