//! Files that only their owner may access.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

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

/// The new text of a file that only its owner can access.
pub(crate) struct NewText {
    path: PathBuf,
    file: NamedTempFile,
}

impl NewText {
    /// Writes the text to the disk. The file keeps its old text, and a `NewText` that is dropped leaves
    /// nothing behind.
    pub(crate) fn write(path: &Path, text: &str) -> io::Result<NewText> {
        // A link stays, and the file that it leads to is replaced.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        // Other processes may write the same file at the same time.
        let mut file = NamedTempFile::with_suffix_in(".part", folder_of(&path))?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        Ok(NewText { path, file })
    }

    /// Replaces the file.
    pub(crate) fn replace(self) -> io::Result<()> {
        self.file.persist(&self.path)?;
        Ok(())
    }
}

/// The folder of a file.
pub(crate) fn folder_of(path: &Path) -> &Path {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// Keeps other processes that do the same from changing a file, until it is dropped.
pub(crate) struct ChangeLock(File);

impl ChangeLock {
    /// Waits until no other process has the lock of this file, which is a file beside it.
    pub(super) fn wait_for(path: &Path) -> io::Result<ChangeLock> {
        let mut name = OsString::from(path.file_name().unwrap_or_default());
        name.push(".lock");
        let mut options = File::options();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path.with_file_name(name))?;
        match file.lock() {
            // Without locks, a network drive is used as if nobody else did.
            Err(error) if error.kind() != io::ErrorKind::Unsupported => Err(error),
            _ => Ok(ChangeLock(file)),
        }
    }
}

impl Drop for ChangeLock {
    fn drop(&mut self) {
        // Closing the file ends the lock, too.
        let _ = self.0.unlock();
    }
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
