//! A lock on a file, which ends with its value.

use std::fs::{File, TryLockError};

/// A locked file. A child process that the program starts has the file open until it runs its own program,
/// so closing the file does not always end the lock.
#[derive(Debug)]
pub(crate) struct FileLock(File);

impl FileLock {
    /// Locks a file, unless another value or process has it locked.
    pub(crate) fn of(file: File) -> Result<FileLock, TryLockError> {
        file.try_lock()?;
        Ok(FileLock(file))
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        // Closing the file ends the lock, too.
        let _ = self.0.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lock_ends_though_another_handle_is_open() {
        let folder = tempfile::tempdir().unwrap();
        let create = || File::create(folder.path().join("lock")).unwrap();
        let file = create();
        let inherited = file.try_clone().unwrap();
        let lock = FileLock::of(file).unwrap();
        assert!(FileLock::of(create()).is_err());
        drop(lock);
        assert!(FileLock::of(create()).is_ok());
        drop(inherited);
    }
}
