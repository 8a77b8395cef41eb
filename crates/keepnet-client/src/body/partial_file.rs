//! A file under a temporary name, until it is whole.

use std::io;
use std::path::{Path, PathBuf};

use tokio::fs::{self, File};

/// A file under a temporary name, removed unless it is completed.
pub(super) struct PartialFile(Option<PathBuf>);

impl PartialFile {
    pub(super) async fn create(target: &Path) -> io::Result<(File, Self)> {
        let name = target
            .file_name()
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "not a file name"))?;
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{:016x}.part", fastrand::u64(..)));
        let path = target.with_file_name(hidden);
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        options.mode(0o600);
        let file = options.open(&path).await?;
        Ok((file, Self(Some(path))))
    }

    pub(super) async fn complete(mut self, target: &Path) -> io::Result<()> {
        if let Some(path) = &self.0 {
            fs::rename(path, target).await?;
        }
        self.0 = None;
        Ok(())
    }
}

impl PartialFile {
    /// Completes the file unless `target` exists.
    pub(super) async fn complete_new(mut self, target: &Path) -> io::Result<()> {
        let Some(path) = &self.0 else {
            return Ok(());
        };
        match fs::hard_link(path, target).await {
            // The temporary name is removed when this is dropped.
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
            // Some file systems have no links.
            Err(_) if fs::symlink_metadata(target).await.is_ok() => {
                Err(io::ErrorKind::AlreadyExists.into())
            }
            Err(_) => {
                fs::rename(path, target).await?;
                self.0 = None;
                Ok(())
            }
        }
    }
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            let _ = std::fs::remove_file(path);
        }
    }
}
