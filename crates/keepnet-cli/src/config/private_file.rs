//! Files that only their owner may access.

use std::fs;
use std::path::Path;

use crate::exit::{CliError, ExitStatus, Result};

/// Reads a file, which `name` describes, and refuses it if other users can access it: a user who can
/// read it could act as its owner, and a user who can write it could redirect the secret.
pub(super) fn read(path: &Path, name: &str) -> Result<String> {
    let text = fs::read_to_string(path).map_err(|error| {
        let problem = format!("the {name} cannot be read");
        CliError::about_file(ExitStatus::Configuration, path, problem).with_source(error)
    })?;
    check_permissions(path)?;
    Ok(text)
}

#[cfg(unix)]
fn check_permissions(path: &Path) -> Result<()> {
    use std::os::unix::fs::MetadataExt as _;

    let problem = |problem| CliError::about_file(ExitStatus::Configuration, path, problem);
    let metadata = fs::metadata(path)
        .map_err(|error| problem("its permissions cannot be read").with_source(error))?;
    match metadata.mode() & 0o077 {
        0 => Ok(()),
        _ => Err(problem("users other than its owner can access it")
            .with_hint(format!("chmod 600 '{}'", path.display()))),
    }
}

#[cfg(not(unix))]
fn check_permissions(_: &Path) -> Result<()> {
    Ok(())
}
