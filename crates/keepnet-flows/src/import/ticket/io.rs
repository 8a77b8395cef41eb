//! The file-system calls that write a ticket.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// The file-system calls that write a ticket, in their order, so that a test can stop between two of
/// them. Each default is the real call.
pub(super) trait TicketIo: fmt::Debug + Send + Sync + 'static {
    /// Creates a file for writing, or truncates an existing one. On Unix only its owner may read it.
    fn create(&self, path: &Path) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path)
    }

    /// Writes the whole content.
    fn write(&self, file: &mut File, content: &[u8]) -> io::Result<()> {
        file.write_all(content)
    }

    /// Returns once the content survives a loss of power.
    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_all()
    }

    /// Replaces one file by another, atomically.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    /// Returns once the names in a folder survive a loss of power. Does nothing on systems where a
    /// folder cannot be opened as a file.
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        if cfg!(unix) {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }
}

/// The calls of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SystemIo;

impl TicketIo for SystemIo {}
