//! The staff lists that workers read, and the exports that they write.

mod file_name;
mod object_store;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use keepnet_flows::Result;
use secrecy::SecretString;
use tempfile::TempDir;

use file_name::FileName;
use object_store::{ObjectStore, not_written};

/// Where all workers of a deployment find the staff lists and write the exports: a folder that they
/// share, or an address that answers `GET` and `PUT`, such as that of an object store.
///
/// A request to a worker names a file in it by a relative name, such as `acme/people.csv`. A name has up
/// to 255 letters, digits, spaces, `.`, `_`, `-` and `/`; it has no `..` and no `@`, so that it neither
/// leaves the place nor carries an e-mail address or a secret into the journal of the engine.
///
/// A clone is cheap.
#[derive(Clone)]
pub struct Files(Arc<Place>);

enum Place {
    Folder(PathBuf),
    Store(ObjectStore),
}

/// A staff list on the disk of this worker.
pub(crate) struct LocalFile {
    path: PathBuf,
    /// The folder of a copy, which is removed with this value.
    _copy: Option<TempDir>,
}

impl LocalFile {
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Files {
    /// The files in a folder, such as a volume that all workers mount.
    pub fn folder(path: impl Into<PathBuf>) -> Files {
        Files(Arc::new(Place::Folder(path.into())))
    }

    /// The files below an address. `authorization`, if any, is sent as the HTTP header `Authorization`.
    ///
    /// A list of up to 200 MiB is copied to a temporary file of the worker for as long as the worker
    /// needs it. Connecting may take 10 s, a transfer may pause for 60 s and take 15 minutes in all; a
    /// longer one fails in a way that passes by itself, and so does one that is cut off. A larger list, a
    /// redirection, and a response of HTTP/1 that does not say where it ends are refused.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](keepnet_flows::ErrorKind::Config) if the address is not that of `https`, or of `http` on the loopback
    /// interface, or if it has a query or credentials.
    pub fn url(address: &str, authorization: Option<SecretString>) -> Result<Files> {
        let store = ObjectStore::new(address, authorization)?;
        Ok(Files(Arc::new(Place::Store(store))))
    }

    /// Refuses a name that cannot be that of a file.
    pub(crate) fn check_name(name: &str) -> Result<()> {
        FileName::parse(name).map(drop)
    }

    /// Fetches a staff list.
    pub(crate) async fn fetch(&self, name: &str) -> Result<LocalFile> {
        let name = FileName::parse(name)?;
        let store = match &*self.0 {
            Place::Folder(folder) => {
                return Ok(LocalFile {
                    path: folder.join(name.as_path()),
                    _copy: None,
                });
            }
            Place::Store(store) => store,
        };
        let copy = tempfile::tempdir().map_err(not_written)?;
        let path = copy.path().join(name.last());
        store.get(&name, &path).await?;
        Ok(LocalFile {
            path,
            _copy: Some(copy),
        })
    }

    /// A path of this worker at which a file can be written, and then [stored](Output::store).
    pub(crate) fn output(&self, name: &str) -> Result<Output> {
        let name = FileName::parse(name)?;
        let (path, copy) = match &*self.0 {
            Place::Folder(folder) => {
                let path = folder.join(name.as_path());
                if let Some(parent) = path.parent() {
                    std::fs::create_dir_all(parent).map_err(not_written)?;
                }
                (path, None)
            }
            Place::Store(_) => {
                let copy = tempfile::tempdir().map_err(not_written)?;
                (copy.path().join(name.last()), Some(copy))
            }
        };
        Ok(Output {
            files: self.clone(),
            name,
            file: LocalFile { path, _copy: copy },
        })
    }
}

/// A file to be written.
pub(crate) struct Output {
    files: Files,
    name: FileName,
    file: LocalFile,
}

impl Output {
    pub(crate) fn path(&self) -> &Path {
        self.file.path()
    }

    /// Brings the written file to its place.
    pub(crate) async fn store(self) -> Result<()> {
        match &*self.files.0 {
            Place::Folder(_) => Ok(()),
            Place::Store(store) => store.put(&self.name, self.file.path()).await,
        }
    }
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Place::Folder(path) => write!(f, "Files in {}", path.display()),
            Place::Store(store) => write!(f, "Files at {store}"),
        }
    }
}
