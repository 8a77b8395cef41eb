//! The findings about one crate: circles of files, and arrows against the layers that it states.

use anyhow::Result;
use std::collections::BTreeMap;

use crate::layers::graph::Graph;
use crate::layers::source::{Crate, Sources};

/// The roots of a crate among its sources: a library, a program, or both.
pub(crate) fn roots(sources: &Sources) -> impl Iterator<Item = &'static str> {
    let roots = ["src/lib.rs", "src/main.rs"].into_iter();
    roots.filter(|root| sources.contains_key(*root))
}

/// One line for each finding about the crate whose root is `root`.
pub(crate) fn findings(root: &str, sources: &Sources) -> Result<Vec<String>> {
    let source = Crate::read(root, sources)?;
    let graph = Graph::new(&source);
    let mut findings = Vec::new();
    for (file, path) in &graph.unresolved {
        findings.push(format!("{}: {path} cannot be resolved", graph.files[*file]));
    }
    for circle in graph.circles() {
        let (chain, count) = (graph.chain(&circle), circle.len());
        findings.push(format!(
            "circle of files: {chain} ({count} files reach each other)"
        ));
    }
    let lines = stated_layers(&sources[root]);
    let declared = top_modules(&source);
    let mut report = |finding: String| findings.push(format!("{root}: {finding}"));
    if lines.is_empty() && !declared.is_empty() {
        report("the documentation has no section `# Layers`".to_owned());
        return Ok(findings);
    }
    let mut line_of = BTreeMap::new();
    for (index, line) in lines.iter().enumerate() {
        for name in line.split_whitespace() {
            if line_of.insert(name, index).is_some() {
                report(format!("the layers list `{name}` twice"));
            }
            if !declared.contains(&name) {
                report(format!("the layers list `{name}`, which is no module"));
            }
        }
    }
    for name in declared.iter().filter(|name| !line_of.contains_key(*name)) {
        report(format!("the layers do not list the module `{name}`"));
    }
    for &(from, to) in graph.arrows.keys() {
        let (from_file, to_file) = (&graph.files[from], &graph.files[to]);
        let (above, below) = (top_module(from_file), top_module(to_file));
        let names = graph.names(from, to);
        let problem = match (line_of.get(above), line_of.get(below)) {
            _ if above == below || above == root => continue,
            _ if below == root => "the root, which is above all modules".to_owned(),
            (Some(from), Some(to)) if from == to => format!("`{below}`, which is on its own line"),
            (Some(from), Some(to)) if from > to => format!("`{below}`, which is above it"),
            _ => continue,
        };
        findings.push(format!(
            "against the layers: {from_file} names {names} of {to_file}; `{above}` uses {problem}"
        ));
    }
    Ok(findings)
}

/// The lines of the text block in the section `# Layers` of the documentation.
fn stated_layers(source: &str) -> Vec<&str> {
    let lines = source.lines().filter_map(|line| line.strip_prefix("//!"));
    let lines = lines.map(str::trim);
    let section = lines.skip_while(|line| *line != "# Layers").skip(1);
    let section = section.take_while(|line| !line.starts_with("# "));
    let block = section.skip_while(|line| *line != "```text").skip(1);
    block.take_while(|line| *line != "```").collect()
}

fn top_modules(source: &Crate) -> Vec<&str> {
    let modules = source.modules.iter().skip(1);
    let top = modules.filter(|module| module.parent == 0);
    top.map(|module| module.folder.trim_start_matches("src/"))
        .collect()
}

/// The top-level module that a file belongs to, or the root file itself.
fn top_module(file: &str) -> &str {
    match file {
        "src/lib.rs" | "src/main.rs" => file,
        _ => {
            let inner = file.trim_start_matches("src/").trim_end_matches(".rs");
            inner.split('/').next().unwrap_or(inner)
        }
    }
}
