//! The use cases against both dialects of the sandbox, and against a scripted service where the order
//! of responses matters.

mod customers;
mod importing;
mod jobs;
mod loops;
mod people;
pub(crate) mod scripted;
pub(crate) mod service;

use std::path::PathBuf;

use keepnet_flows::Sheet;
use keepnet_flows::staff_list::Encoding;
use tempfile::TempDir;

/// A file of the repository's import fixtures.
fn fixture(name: &str) -> PathBuf {
    crate::root("fixtures/import").join(name)
}

/// The staff list in such a file, whose name says in which code page it is.
fn open_fixture(name: &str) -> Sheet {
    let options = match name.contains("cp1254") {
        true => Sheet::options().encoding(Encoding::Windows1254),
        false => Sheet::options(),
    };
    options.open(fixture(name)).unwrap()
}

/// A file in its own folder, which is deleted on drop.
struct TempFile {
    path: PathBuf,
    _folder: TempDir,
}

/// The counts that are not 0, such as `new 2, invalid 1`.
fn nonzero(counts: &[(&str, u64)]) -> String {
    let counts = counts.iter().filter(|(_, count)| *count > 0);
    let counts: Vec<_> = counts
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    counts.join(", ")
}

fn temp_file(name: &str, content: impl AsRef<[u8]>) -> TempFile {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    TempFile {
        path,
        _folder: folder,
    }
}
