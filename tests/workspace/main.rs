//! What holds for the workspace as a whole.

mod areas;
mod contract;
mod published;

use std::path::{Path, PathBuf};

/// A file of the workspace, by its path from the root.
fn root(path: &str) -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap().join(path)
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn decisions() -> keepnet_spec::Decisions {
    keepnet_spec::Decisions {
        names: keepnet_spec::NamesLock::parse(&read("crates/keepnet-spec/data/names.lock"))
            .unwrap(),
        areas: toml::from_str(&read("crates/keepnet-spec/data/slices.toml")).unwrap(),
        corrections: toml::from_str(&read("crates/keepnet-spec/data/corrections.toml")).unwrap(),
    }
}
