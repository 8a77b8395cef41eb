//! Files that only their owner may access.

use std::fs;
use std::path::Path;

use crate::exit::{CliError, Result};

/// Reads a file, which `name` describes, and refuses it if other users can access it: who can read
/// it could act as its owner, and who can write it could redirect the secret.
pub(super) fn read(path: &Path, name: &str) -> Result<String> {
    let text = fs::read_to_string(path)
        .map_err(|error| problem(path, &format!("the {name} cannot be read")).with_source(error))?;
    check_permissions(path)?;
    Ok(text)
}

fn problem(path: &Path, problem: &str) -> CliError {
    let message = format!("{}: {problem}", path.display());
    CliError::configuration(message)
}

#[cfg(unix)]
fn check_permissions(path: &Path) -> Result<()> {
    use std::os::unix::fs::MetadataExt as _;

    let metadata = fs::metadata(path)
        .map_err(|error| problem(path, "its permissions cannot be read").with_source(error))?;
    match metadata.mode() & 0o077 {
        0 => Ok(()),
        _ => Err(problem(path, "users other than its owner can access it")
            .with_hint(format!("chmod 600 '{}'", path.display()))),
    }
}

#[cfg(not(unix))]
fn check_permissions(_: &Path) -> Result<()> {
    Ok(())
}
