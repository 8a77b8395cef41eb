//! A ticket whose writing is interrupted.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use keepnet_client::CompanyRef;
use keepnet_staff_list::{Mapper, Sheet};

use super::folder::TicketFolder;
use super::format::{Ticket, TicketStep};
use super::io::{SystemIo, TicketIo};
use super::memory::TicketMemory;
use super::store::TicketStore;
use super::ticket_file::TicketFile;
use crate::ErrorKind;
use crate::import::{ImportMode, RowNumbers};
use crate::import_words::ImportWords;

/// Stops in this call, as a process that is killed in it.
#[derive(Debug)]
struct Stop(AtomicU32);

impl Stop {
    fn call<T>(&self, call: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        match self.0.fetch_sub(1, Ordering::Relaxed) {
            1 => Err(io::Error::other("stopped")),
            _ => call(),
        }
    }
}

impl TicketIo for Stop {
    fn create(&self, path: &Path) -> io::Result<File> {
        self.call(|| SystemIo.create(path))
    }

    fn write(&self, file: &mut File, content: &[u8]) -> io::Result<()> {
        let (first, second) = content.split_at(content.len() / 2);
        file.write_all(first)?;
        self.call(|| SystemIo.write(file, second))
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        self.call(|| SystemIo.sync(file))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.call(|| SystemIo.rename(from, to))
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.call(|| SystemIo.sync_folder(folder))
    }
}

fn ticket(folder: &Path, step: TicketStep) -> Ticket {
    let path: PathBuf = folder.join("people.csv");
    std::fs::write(&path, "Email\nada@acme.example\n").unwrap();
    let sheet = Sheet::open(&path).unwrap();
    Ticket {
        version: Ticket::VERSION,
        id: "0123456789ab".to_owned(),
        created: 1,
        updated: 1,
        base_url: "https://api.keepnet.example".to_owned(),
        company: CompanyRef::new("xC5kfGz7w2Nz", "Acme LLC"),
        file: TicketFile {
            name: "people.csv".to_owned(),
            path: Some(path),
            worksheet: None,
            header_row: None,
            encoding: None,
            sha256: sheet.sha256().to_owned(),
        },
        mapping: Mapper::new().map(&sheet).unwrap(),
        groups: Vec::new(),
        create_groups: false,
        mode: ImportMode::All,
        selected: RowNumbers::default(),
        domains: None,
        within_license: false,
        import_words: ImportWords::default(),
        stall_timeout: 60,
        step,
    }
}

#[test]
fn interrupted_ticket_is_the_old_or_the_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let old = ticket(folder.path(), TicketStep::Checked);
    let new = ticket(folder.path(), TicketStep::Uploading);
    // 1 creates, 2 writes, 3 synchronises, 4 renames, 5 synchronises the folder.
    for has_old in [false, true] {
        for call in 1..=6 {
            let folder = tempfile::tempdir().unwrap();
            let tickets = TicketFolder::new(folder.path());
            let replace = |folder: &TicketFolder, ticket: &Ticket| {
                folder.replace(&ticket.id, &ticket.to_json().unwrap(), false)
            };
            if has_old {
                replace(&tickets, &old).unwrap();
            }
            let stopping = tickets.clone().with_io(Stop(AtomicU32::new(call)));
            assert_eq!(replace(&stopping, &new).is_ok(), call == 6, "call {call}");
            let expected = match (call > 4, has_old) {
                (true, _) => vec![new.clone()],
                (false, true) => vec![old.clone()],
                (false, false) => Vec::new(),
            };
            assert_eq!(
                tickets.tickets().unwrap(),
                expected,
                "call {call}, {has_old}"
            );
            replace(&tickets, &new).unwrap();
            assert_eq!(
                tickets.find(&new.id).unwrap(),
                new,
                "call {call}, {has_old}"
            );
        }
    }
}

/// A path that is no text cannot be in a ticket: nothing may be kept in its place.
#[cfg(unix)]
#[tokio::test]
async fn ticket_that_cannot_be_json_is_not_kept() {
    use std::os::unix::ffi::OsStrExt as _;

    let folder = tempfile::tempdir().unwrap();
    let mut ticket = ticket(folder.path(), TicketStep::Checked);
    let path = Path::new(std::ffi::OsStr::from_bytes(b"v\xFF.csv"));
    ticket.file.path = Some(path.to_owned());
    let tickets = TicketFolder::new(folder.path().join("tickets"));
    let memory = TicketMemory::new();
    let check = |written: crate::Result<()>| {
        let error = written.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
    };
    check(ticket.to_json().map(drop));
    check(TicketStore::write(&tickets, &ticket).await);
    check(TicketStore::write(&memory, &ticket).await);
    assert!(!tickets.path().exists());
    assert!(memory.tickets().is_empty());
}

/// On a disk that is full, for example: the import stops, and nobody looks for its files.
#[tokio::test]
async fn ticket_that_cannot_be_written_leaves_nothing() {
    let lists = tempfile::tempdir().unwrap();
    let ticket = ticket(lists.path(), TicketStep::Checked);
    for call in 1..=4 {
        let folder = tempfile::tempdir().unwrap();
        let tickets = TicketFolder::new(folder.path());
        let full = tickets.clone().with_io(Stop(AtomicU32::new(call)));
        let lock = TicketStore::<Ticket>::lock(&tickets, &ticket.id).await;
        TicketStore::write(&full, &ticket).await.unwrap_err();
        drop(lock.unwrap());
        let files = std::fs::read_dir(folder.path()).unwrap();
        let names: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
        assert!(names.is_empty(), "call {call}: {names:?}");

        // The lock of a ticket that is there stays.
        TicketStore::write(&tickets, &ticket).await.unwrap();
        let lock = TicketStore::<Ticket>::lock(&tickets, &ticket.id).await;
        let full = tickets.clone().with_io(Stop(AtomicU32::new(call)));
        TicketStore::write(&full, &ticket).await.unwrap_err();
        assert!(tickets.is_running(&ticket.id), "call {call}");
        drop(lock.unwrap());
        assert_eq!(tickets.find(&ticket.id).unwrap(), ticket, "call {call}");
    }
}
