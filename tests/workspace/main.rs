//! What holds for the workspace as a whole.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

mod areas;
mod contract;
mod documents;
mod faults;
mod fleet;
mod flows;
mod history;
mod kill;
mod published;
mod reports;
mod retry_classes;
mod soak;
#[path = "../../crates/keepnet-spec/tests/diff/survival.rs"]
mod survival;
mod sync;

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
        areas: toml::from_str(&read("crates/keepnet-spec/data/areas.toml")).unwrap(),
        retry_classes: toml::from_str(&read("crates/keepnet-spec/data/retry-classes.toml"))
            .unwrap(),
        corrections: toml::from_str(&read("crates/keepnet-spec/data/corrections.toml")).unwrap(),
        ..keepnet_spec::Decisions::default()
    }
}

/// The variable that names another folder of snapshots.
const SNAPSHOT_FOLDER: &str = "KEEPNET_SNAPSHOT_FOLDER";

/// Compares a text with the reviewed one of that name.
fn check_snapshot(name: &str, text: &str) {
    let folder = std::env::var_os(SNAPSHOT_FOLDER);
    let folder = folder.map_or_else(|| root("tests/snapshots"), PathBuf::from);
    insta::with_settings!({snapshot_path => folder, prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!(name, text);
    });
}
