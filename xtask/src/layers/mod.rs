//! `cargo xtask layers`: no circle of files in a crate, and no arrow against its stated layers.

mod graph;
mod resolve;
mod rules;
mod source;
#[cfg(test)]
mod tests;

use anyhow::{Result, bail};
use std::collections::BTreeMap;

use crate::files;
use crate::output::say;
use graph::Graph;
use source::{Crate, Sources};

/// Check that no crate has a circle of files, and that no arrow goes against the layers in the
/// section `# Layers` of its lib.rs or main.rs.
///
/// An arrow goes from a file to each file whose items its code names, in an import or in a path.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Check this crate alone, and print its arrows and the files that reach each other.
    #[arg(long = "crate", value_name = "NAME")]
    name: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let mut crates = sources()?;
    if let Some(name) = &arguments.name {
        crates.retain(|found, _| found == name);
        let Some(sources) = crates.get(name) else {
            bail!("no crate of the workspace has the name {name}");
        };
        print_graph(sources)?;
    }
    let mut count = 0;
    for (name, sources) in &crates {
        for root in rules::roots(sources) {
            for finding in rules::findings(root, sources)? {
                say(format_args!("{name}: {finding}"))?;
                count += 1;
            }
        }
    }
    match count {
        0 => say(format_args!("{} crates keep their layers", crates.len())),
        count => bail!("{count} findings"),
    }
}

/// The sources of each crate of the workspace by the name of its folder.
fn sources() -> Result<BTreeMap<String, Sources>> {
    let mut crates: BTreeMap<String, Sources> = BTreeMap::new();
    for path in files::tracked()? {
        let inner = path.strip_prefix("crates/").unwrap_or(&path);
        if let Some((name, file)) = inner.split_once('/')
            && (inner != path || name == "xtask")
            && file.starts_with("src/")
            && file.ends_with(".rs")
        {
            let text = files::read(&path)?;
            crates
                .entry(name.to_owned())
                .or_default()
                .insert(file.to_owned(), text);
        }
    }
    Ok(crates)
}

fn print_graph(sources: &Sources) -> Result<()> {
    for root in rules::roots(sources) {
        let source = Crate::read(root, sources)?;
        let graph = Graph::new(&source);
        for &(from, to) in graph.arrows.keys() {
            let names = graph.names(from, to);
            say(format_args!(
                "{} -> {}: {names}",
                graph.files[from], graph.files[to]
            ))?;
        }
        for circle in graph.circles() {
            say(format_args!("{} files reach each other:", circle.len()))?;
            for file in circle {
                say(format_args!("  {}", graph.files[file]))?;
            }
        }
    }
    Ok(())
}
