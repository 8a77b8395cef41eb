//! The use cases against both faces of the sandbox, and against scripted answers where their order matters.

mod adding;
mod changes;
mod companies;
mod custom_fields;
mod exports;
mod groups;
mod import_modes;
mod imports;
mod interrupted_imports;
mod jobs;
mod report_files;
mod resuming;
mod running_twice;
mod scripted;
pub(crate) mod service;
mod users;

use std::path::PathBuf;

use tempfile::TempDir;

/// A file of the repository's import fixtures.
fn fixture(name: &str) -> PathBuf {
    crate::root("fixtures/import").join(name)
}

/// A file in a folder of its own, deleted when dropped.
struct Made {
    path: PathBuf,
    _folder: TempDir,
}

fn made(name: &str, content: impl AsRef<[u8]>) -> Made {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    Made {
        path,
        _folder: folder,
    }
}
