//! Where tickets are kept.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::format::Ticket;
use super::io::{Disk, SystemDisk};
use crate::error::{Error, ErrorKind, Result};

const DOING: &str = "looking for the ticket";

/// A folder of tickets, one file each.
///
/// A ticket is replaced as a whole: written under another name, brought to the disk, renamed. While
/// an import runs it holds a lock on its ticket, so that no second process carries on from it; the
/// system lifts the lock when the process ends, however it ends. (A file system without locks does
/// without.)
///
/// Cheap to clone.
#[derive(Clone, Debug)]
pub struct TicketFolder {
    path: PathBuf,
    disk: Arc<dyn Disk>,
}

impl TicketFolder {
    /// The folder at `path`; it is created with the first ticket.
    pub fn new(path: impl Into<PathBuf>) -> TicketFolder {
        TicketFolder {
            path: path.into(),
            disk: Arc::new(SystemDisk),
        }
    }

    /// Writes tickets by these calls instead of the system's own.
    #[must_use]
    pub fn with_disk(mut self, disk: Arc<dyn Disk>) -> TicketFolder {
        self.disk = disk;
        self
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The tickets in it, the newest first. Files that are no tickets, or tickets of a newer version
    /// of this program, are left out; a folder that is not there has none.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] where the folder cannot be read.
    pub fn tickets(&self) -> Result<Vec<Ticket>> {
        let entries = match fs::read_dir(&self.path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(self.failed(DOING, "cannot be read", error)),
        };
        let paths = entries.flatten().map(|entry| entry.path());
        let mut tickets: Vec<Ticket> = paths
            .filter(|path| path.extension().is_some_and(|it| it == "json"))
            .filter_map(|path| read(&path).ok())
            .collect();
        tickets.sort_by(|one, other| (other.created, &other.id).cmp(&(one.created, &one.id)));
        Ok(tickets)
    }

    /// The ticket with this id.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if there is none, [`ErrorKind::Invalid`] if it cannot be understood.
    pub fn find(&self, id: &str) -> Result<Ticket> {
        if !is_id(id) {
            let problem = format!("{id:?} is no id of a ticket");
            return Err(Error::new(ErrorKind::NotFound, problem).with_action(DOING));
        }
        read(&self.file(id))
    }

    /// The ticket in this file, and the folder it is in.
    ///
    /// # Errors
    ///
    /// Those of [`find`](TicketFolder::find), and [`ErrorKind::Invalid`] if the file is not named
    /// after its ticket.
    pub fn of_file(path: &Path) -> Result<(TicketFolder, Ticket)> {
        let ticket = read(path)?;
        if path
            .file_stem()
            .is_none_or(|stem| stem != ticket.id.as_str())
        {
            let problem = format!("{} holds the ticket {}", path.display(), ticket.id);
            return Err(Error::new(ErrorKind::Invalid, problem)
                .with_action(DOING)
                .with_hint(format!("name the file {}.json", ticket.id)));
        }
        let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
        Ok((TicketFolder::new(folder.unwrap_or(Path::new("."))), ticket))
    }

    /// Removes a ticket; one that is not there is no error.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] where it cannot be removed.
    pub fn remove(&self, id: &str) -> Result<()> {
        if !is_id(id) {
            return Ok(());
        }
        for path in [self.file(id), self.lock_file(id), self.temporary(id)] {
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(self.failed("removing the ticket", "cannot be written", error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Removes the tickets of imports that were finished longer than `age` ago. What cannot be
    /// removed stays.
    pub fn remove_finished(&self, age: Duration, now: SystemTime) {
        let limit = seconds(now).saturating_sub(age.as_secs());
        for ticket in self.tickets().unwrap_or_default() {
            if ticket.is_finished() && ticket.updated < limit {
                // A ticket too many does no harm.
                let _ = self.remove(&ticket.id);
            }
        }
    }

    pub(super) fn has(&self, id: &str) -> bool {
        self.file(id).exists()
    }

    /// Replaces the ticket on the disk.
    pub(super) fn write(&self, ticket: &Ticket) -> io::Result<()> {
        let mut content = serde_json::to_vec_pretty(ticket)?;
        content.push(b'\n');
        let (temporary, path) = (self.temporary(&ticket.id), self.file(&ticket.id));
        let mut file = self.disk.create(&temporary)?;
        self.disk.write(&mut file, &content)?;
        self.disk.sync(&file)?;
        drop(file);
        self.disk.rename(&temporary, &path)?;
        self.disk.sync_folder(&self.path)
    }

    /// Takes the lock of a ticket, creating the folder where it is missing. `None` where the file
    /// system has no locks.
    pub(super) fn lock(&self, id: &str) -> Result<Option<File>> {
        let doing = "keeping a ticket of the import";
        self.create()
            .map_err(|error| self.failed(doing, "cannot be written", error))?;
        let lock = self
            .disk
            .create(&self.lock_file(id))
            .map_err(|error| self.failed(doing, "cannot be written", error))?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(lock)),
            Err(TryLockError::WouldBlock) => {
                let problem = format!("another process is at the import {id}");
                Err(Error::new(ErrorKind::Conflict, problem)
                    .with_action(doing)
                    .with_hint("wait until it ends"))
            }
            Err(TryLockError::Error(_)) => Ok(None),
        }
    }

    pub(super) fn unlock(&self, id: &str) {
        // A lock file that stays does no harm.
        let _ = fs::remove_file(self.lock_file(id));
    }

    pub(super) fn failed(&self, doing: &str, problem: &str, error: io::Error) -> Error {
        let problem = format!("the folder {} {problem}: {error}", self.path.display());
        Error::new(ErrorKind::Io, problem)
            .with_action(doing.to_owned())
            .with_source(error)
    }

    fn create(&self) -> io::Result<()> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.path)
    }

    fn file(&self, id: &str) -> PathBuf {
        self.path.join(format!("{id}.json"))
    }

    fn lock_file(&self, id: &str) -> PathBuf {
        self.path.join(format!("{id}.lock"))
    }

    fn temporary(&self, id: &str) -> PathBuf {
        self.path.join(format!("{id}.part"))
    }
}

pub(super) fn seconds(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}

fn read(path: &Path) -> Result<Ticket> {
    let failed = |kind, problem: String| Error::new(kind, problem).with_action(DOING);
    let shown = path.display();
    let content = fs::read(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => failed(ErrorKind::NotFound, format!("there is no {shown}")),
        _ => failed(ErrorKind::Io, format!("{shown} cannot be read")).with_source(error),
    })?;
    let ticket: Ticket = serde_json::from_slice(&content).map_err(|error| {
        failed(
            ErrorKind::Invalid,
            format!("{shown} is no ticket of an import"),
        )
        .with_source(error)
    })?;
    if ticket.version > Ticket::VERSION {
        let problem = format!("{shown} is a ticket of version {}", ticket.version);
        return Err(failed(ErrorKind::Invalid, problem).with_hint("use a newer release"));
    }
    if !is_id(&ticket.id) {
        let problem = format!("{shown} holds no id that can be used");
        return Err(failed(ErrorKind::Invalid, problem));
    }
    Ok(ticket)
}

/// An id is a plain name of a file.
fn is_id(id: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=64).contains(&id.len()) && id.bytes().all(is_plain) && !id.starts_with('-')
}
