//! The folder of the tickets.

use std::ffi::OsStr;
use std::fmt;
use std::fs::{self, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures::future::BoxFuture;
use keepnet_staff_list::Sheet;

use super::completed_sync::CompletedSync;
use super::file_lock::FileLock;
use super::format::{SYNC_PREFIX, Ticket, is_id, is_new_id};
use super::io::{SystemIo, TicketIo};
use super::store::{TicketLock, TicketStore};
use super::stored_ticket::StoredTicket;
use super::unreadable_ticket::{ReadableTickets, UnreadableTicket};
use crate::{Company, Error, ErrorKind, Result};

/// A folder of tickets, one file each.
///
/// A ticket is replaced atomically: it is written under another name, synchronised to the disk, and
/// renamed. A running import holds a lock on its ticket, so that no second process resumes it. The
/// operating system releases the lock when the process ends in any way. On a file system without
/// locks, none is held.
///
/// A clone is cheap.
#[derive(Clone, Debug)]
pub struct TicketFolder {
    path: PathBuf,
    io: Arc<dyn TicketIo>,
    ignores_unfinished: bool,
}

/// The extension of the file that says which run has a lock.
const HOLDER: &str = "holder";

/// A folder of tickets that cannot be read or written: the source of an [`ErrorKind::Io`].
#[derive(Debug)]
#[non_exhaustive]
pub struct TicketError {
    /// The folder.
    pub folder: PathBuf,
    action: &'static str,
    source: io::Error,
}

impl fmt::Display for TicketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (folder, action) = (self.folder.display(), self.action);
        write!(f, "the folder {folder} cannot be {action}: {}", self.source)
    }
}

impl std::error::Error for TicketError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

impl TicketFolder {
    /// The folder at `path`; it is created with the first ticket.
    pub fn new(path: impl Into<PathBuf>) -> TicketFolder {
        TicketFolder {
            path: path.into(),
            io: Arc::new(SystemIo),
            ignores_unfinished: false,
        }
    }

    /// The same folder for a run that a person wants beside what is unfinished: what the service may
    /// still be doing does not stop it, nor does a ticket that cannot be read. A run that a process has not
    /// ended stops it all the same.
    pub fn ignore_unfinished(mut self) -> TicketFolder {
        self.ignores_unfinished = true;
        self
    }

    pub(super) fn ignores_unfinished(&self) -> bool {
        self.ignores_unfinished
    }

    /// Writes tickets by these calls.
    #[cfg(test)]
    pub(super) fn with_io(mut self, io: impl TicketIo) -> TicketFolder {
        self.io = Arc::new(io);
        self
    }

    /// The path of the folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The tickets in the folder, the newest first. Other files are left out; a missing folder has no
    /// tickets.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] if the folder or a ticket cannot be read; [`ErrorKind::Invalid`] if a ticket is
    /// damaged, or of a newer version of this program. The source is then an
    /// [`UnreadableTicket`](super::UnreadableTicket); see
    /// [`readable_tickets`](TicketFolder::readable_tickets).
    pub fn tickets(&self) -> Result<Vec<Ticket>> {
        self.readable_tickets()?.all()
    }

    /// The tickets in the folder that can be read, the newest first, and those that cannot be read.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] if the folder cannot be read.
    pub fn readable_tickets(&self) -> Result<ReadableTickets> {
        let mut found = self.read_all::<Ticket>(is_new_id)?;
        let tickets = &mut found.tickets;
        tickets.sort_by(|one, other| (other.created, &other.id).cmp(&(one.created, &one.id)));
        Ok(found)
    }

    /// The tickets of a kind, in any order. A file of another kind is told by its name.
    pub(crate) fn read_all<T: StoredTicket>(
        &self,
        is_of_kind: impl Fn(&str) -> bool,
    ) -> Result<ReadableTickets<T>> {
        let (mut tickets, mut unreadable) = (Vec::new(), Vec::new());
        let entries = match fs::read_dir(&self.path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(ReadableTickets {
                    tickets,
                    unreadable,
                });
            }
            Err(error) => return Err(looking(self.failed("read", error))),
        };
        for entry in entries {
            let path = entry.map_err(|error| looking(self.failed("read", error)))?;
            let path = path.path();
            if path.extension().is_none_or(|it| it != "json") {
                continue;
            }
            let name = path.file_stem().and_then(OsStr::to_str);
            let is_of_kind = name.is_some_and(&is_of_kind);
            let is_of_sync = name.is_some_and(|it| it.starts_with("sync"));
            if is_of_sync && !is_of_kind {
                continue;
            }
            match read(&path) {
                Ok(ticket) => tickets.push(ticket),
                // Another process has removed it.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) if is_of_kind => unreadable.push(UnreadableTicket::new(path, error)),
                Err(_) => {}
            }
        }
        Ok(ReadableTickets {
            tickets,
            unreadable,
        })
    }

    /// The newest unfinished import of this file, by its content, to this company at the same service.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] if the folder or the file cannot be read. Those of
    /// [`tickets`](TicketFolder::tickets), because the company of a ticket that cannot be read is not
    /// known.
    pub fn unfinished_import(&self, company: &Company, sheet: &Sheet) -> Result<Option<Ticket>> {
        let mut tickets = self.tickets()?;
        tickets.retain(|ticket| {
            !ticket.is_finished()
                && ticket.company.id == company.id()
                && ticket.base_url == company.raw().client().base_url()
        });
        if tickets.is_empty() {
            return Ok(None);
        }
        Ok(tickets
            .into_iter()
            .find(|it| it.file.sha256 == sheet.sha256()))
    }

    /// The ticket of an import with this id.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if there is none, [`ErrorKind::Invalid`] if it cannot be parsed, or if the id
    /// is that of a synchronization.
    pub fn find(&self, id: &str) -> Result<Ticket> {
        if id.starts_with(SYNC_PREFIX) {
            let problem = format!("{id} is the id of a synchronization, not of an import");
            let error = Error::new(ErrorKind::Invalid, problem);
            return Err(looking(error.with_hint("resume the synchronization")));
        }
        self.read_one(id)
    }

    /// The ticket with this id.
    pub(crate) fn read_one<T: StoredTicket>(&self, id: &str) -> Result<T> {
        if !is_id(id) {
            let problem = format!("{id:?} is not the id of a ticket");
            return Err(looking(Error::new(ErrorKind::NotFound, problem)));
        }
        read(&self.file(id, "json")).map_err(looking)
    }

    /// The ticket in this file, and its folder.
    ///
    /// # Errors
    ///
    /// Those of [`find`](TicketFolder::find), and [`ErrorKind::Invalid`] if the file is not named
    /// after its ticket.
    pub fn of_file(path: &Path) -> Result<(TicketFolder, Ticket)> {
        let ticket: Ticket = read(path).map_err(looking)?;
        if path.file_stem() != Some(ticket.id.as_ref()) {
            let problem = format!("{} contains the ticket {}", path.display(), ticket.id);
            return Err(looking(Error::new(ErrorKind::Invalid, problem))
                .with_hint(format!("name the file {}.json", ticket.id)));
        }
        let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
        Ok((TicketFolder::new(folder.unwrap_or(Path::new("."))), ticket))
    }

    /// Removes a ticket; a missing one is no error.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] if it cannot be removed.
    pub fn remove(&self, id: &str) -> Result<()> {
        if !is_id(id) {
            return Ok(());
        }
        for extension in ["json", "lock", "part"] {
            match fs::remove_file(self.file(id, extension)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    let error = self.failed("written", error);
                    return Err(error.with_action("removing the ticket"));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Removes a ticket that nobody goes on with, and that has the lock of this name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] if another process has it; [`ErrorKind::Io`] if it cannot be removed.
    pub(crate) fn give_up(&self, id: &str, lock: &str) -> Result<()> {
        if !is_id(id) {
            return Ok(());
        }
        let _lock = self.lock_file(lock)?;
        self.remove(id)
    }

    /// Removes the tickets of imports that ended longer than `age` ago. A ticket that cannot be removed
    /// stays.
    pub fn remove_finished(&self, age: Duration, now: SystemTime) {
        let now = now.duration_since(SystemTime::UNIX_EPOCH);
        let limit = now.unwrap_or_default().saturating_sub(age).as_secs();
        let tickets = self.readable_tickets().map(|it| it.tickets);
        for ticket in tickets.unwrap_or_default() {
            if ticket.is_finished() && ticket.updated < limit {
                // A ticket that stays does no harm.
                let _ = self.remove(&ticket.id);
            }
        }
    }

    /// Replaces the ticket on disk; the lock of a finished one is needed no more.
    pub(super) fn replace(&self, id: &str, content: &str, is_finished: bool) -> Result<()> {
        let write = || -> io::Result<()> {
            let (temporary, path) = (self.file(id, "part"), self.file(id, "json"));
            let mut file = self.io.create(&temporary)?;
            self.io.write(&mut file, content.as_bytes())?;
            self.io.sync(&file)?;
            drop(file);
            self.io.rename(&temporary, &path)?;
            self.io.sync_folder(&self.path)
        };
        if let Err(error) = write() {
            // Files that stay do no harm.
            let _ = fs::remove_file(self.file(id, "part"));
            if !self.file(id, "json").exists() {
                // Nobody else knows the id of a ticket that was never written.
                let _ = fs::remove_file(self.file(id, "lock"));
            }
            return Err(self.failed("written", error));
        }
        if is_finished {
            // A lock file that stays does no harm.
            let _ = fs::remove_file(self.file(id, "lock"));
        }
        Ok(())
    }

    /// Whether a process is running the import with this id, or is about to. It is not known on a file system
    /// without locks.
    pub fn is_running(&self, id: &str) -> bool {
        if !is_id(id) {
            return false;
        }
        let lock = fs::File::open(self.file(id, "lock"));
        lock.is_ok_and(|lock| matches!(FileLock::of(lock), Err(TryLockError::WouldBlock)))
    }

    /// Locks a ticket, and creates the folder if it is missing. `None` if the file system has no locks.
    fn lock_file(&self, id: &str) -> Result<Option<FileLock>> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        let created = builder.create(&self.path);
        let lock = created.and_then(|()| self.io.create(&self.file(id, "lock")));
        let lock = lock.map_err(|error| self.failed("written", error))?;
        match FileLock::of(lock) {
            Ok(lock) => Ok(Some(lock)),
            Err(TryLockError::WouldBlock) => {
                let problem = format!("another process is running the import {id}");
                Err(Error::new(ErrorKind::Conflict, problem).with_hint("wait until it ends"))
            }
            Err(TryLockError::Error(_)) => Ok(None),
        }
    }

    fn write_one<T: StoredTicket>(&self, ticket: &T) -> BoxFuture<'static, Result<()>> {
        let (folder, ticket) = (self.clone(), ticket.clone());
        Box::pin(async move {
            let json = ticket.to_json()?;
            // Synchronising a file takes too long for the threads of the network.
            let replace = move || folder.replace(ticket.id(), &json, ticket.is_finished());
            let written = tokio::task::spawn_blocking(replace);
            written.await.unwrap_or_else(|error| {
                let problem = "the writing of the ticket was interrupted";
                Err(Error::new(ErrorKind::Io, problem).with_source(error))
            })
        })
    }

    fn failed(&self, action: &'static str, source: io::Error) -> Error {
        let error = TicketError {
            folder: self.path.clone(),
            action,
            source,
        };
        Error::new(ErrorKind::Io, error.to_string()).with_source(error)
    }

    /// The path of the ticket (`json`), its lock (`lock`), or the ticket while it is written (`part`).
    pub(super) fn file(&self, id: &str, extension: &str) -> PathBuf {
        self.path.join(format!("{id}.{extension}"))
    }
}

impl<T: StoredTicket> TicketStore<T> for TicketFolder {
    fn lock<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<TicketLock>> {
        Box::pin(async move { Ok(Box::new(self.lock_file(id)?) as TicketLock) })
    }

    fn note_holder<'a>(&'a self, id: &'a str, holder: &'a str) -> BoxFuture<'a, ()> {
        // Without it, the message of another run is shorter.
        let _ = fs::write(self.file(id, HOLDER), holder);
        Box::pin(std::future::ready(()))
    }

    fn holder<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Option<String>> {
        let holder = fs::read_to_string(self.file(id, HOLDER)).ok();
        Box::pin(std::future::ready(holder.filter(|it| !it.is_empty())))
    }

    fn ensure_nothing_unfinished<'a>(
        &'a self,
        company: &'a Company,
        own_ticket: &'a str,
    ) -> BoxFuture<'a, Result<()>> {
        // The caller has the lock of the company, so that no process is running what is found.
        let found = self.unfinished_work(company, Some(own_ticket));
        let result = found.and_then(|work| work.map_or(Ok(()), |work| Err(work.into())));
        Box::pin(std::future::ready(result))
    }

    fn find<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<T>> {
        let found = self.read_one(id).map_err(|error| match error.kind() {
            // A person has looked, and the new run replaces it.
            ErrorKind::Invalid | ErrorKind::Io if self.ignores_unfinished => {
                let problem = format!("the ticket {id} cannot be read");
                Error::new(ErrorKind::NotFound, problem).with_source(error)
            }
            _ => error,
        });
        Box::pin(std::future::ready(found))
    }

    fn write<'a>(&'a self, ticket: &'a T) -> BoxFuture<'a, Result<()>> {
        self.write_one(ticket)
    }

    fn remove<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { TicketFolder::remove(self, id) })
    }

    fn record_sync<'a>(&'a self, sync: &'a CompletedSync) -> BoxFuture<'a, Result<()>> {
        self.write_one(sync)
    }

    fn private_folder(&self, id: &str) -> Option<PathBuf> {
        Some(self.path.join(id))
    }
}

fn looking(error: Error) -> Error {
    error.with_action("looking for the ticket")
}

fn read<T: StoredTicket>(path: &Path) -> Result<T> {
    let content = read_content(path)?;
    T::parse(&content, &path.display())
}

/// The content of the file of a ticket.
pub(super) fn read_content(path: &Path) -> Result<Vec<u8>> {
    let shown = path.display();
    fs::read(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Error::new(ErrorKind::NotFound, format!("there is no {shown}")),
        _ => Error::new(ErrorKind::Io, format!("{shown} cannot be read"))
            .with_hint("make the file readable for this user")
            .with_source(error),
    })
}
