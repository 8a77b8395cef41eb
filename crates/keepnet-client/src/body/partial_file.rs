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
        let file = File::options()
            .write(true)
            .create_new(true)
            .open(&path)
            .await?;
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

impl Drop for PartialFile {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            let _ = std::fs::remove_file(path);
        }
    }
}
