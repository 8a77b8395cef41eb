//! The file that a command saves.

use std::fs;
use std::path::Path;

use crate::exit::{CliError, ExitStatus, Result};

/// Refuses a file that exists already, unless it may be replaced.
pub(super) fn ensure_replaceable(path: &Path, is_forced: bool) -> Result<()> {
    if is_forced || path.symlink_metadata().is_err() {
        return Ok(());
    }
    let error = CliError::about_file(ExitStatus::Usage, path, "the file exists already");
    Err(error.with_hint("add --force to replace it, or choose another name with -o"))
}

/// Refuses a device, a pipe, a socket or a folder: a file that is complete takes the place of an
/// existing one, so that `/dev/null` would become a file with people's data.
pub(super) fn ensure_ordinary_file(path: &Path) -> Result<()> {
    match fs::metadata(path) {
        Ok(found) if !found.is_file() => {
            let problem = "this is no ordinary file, and would be replaced by one";
            let error = CliError::about_file(ExitStatus::Usage, path, problem);
            Err(error.with_hint("choose another name, or print with -o -"))
        }
        // Whether a file can be created is found when it is.
        _ => Ok(()),
    }
}
