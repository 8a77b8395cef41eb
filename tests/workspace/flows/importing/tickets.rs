//! Tickets on disk: who may read them, what they contain, and when they are removed.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use keepnet_flows::{Error, ErrorKind, Leavers, Ticket, TicketFolder, TicketMemory};
use keepnet_sandbox::Dialect;

use crate::flows::importing::resuming::{Imports, error_of};
use crate::flows::service::{ACME, Service};

#[tokio::test]
async fn second_process_cannot_resume() {
    let service = Service::start(Dialect::Observed).await;
    let acme = service.company(ACME).await;
    let imports = Imports::new();
    let import = acme.import_users(imports.sheet("people.xlsx"));
    let preview = import.ticket(&imports.tickets).await.unwrap();
    let error = error_of(
        acme.resume_import(&imports.tickets, &imports.ticket())
            .await,
    );
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(
        error.to_string().contains("another process is running"),
        "{error}"
    );
    drop(preview);
    acme.resume_import(&imports.tickets, &imports.ticket())
        .await
        .unwrap()
        .confirm()
        .await
        .unwrap();
}

#[tokio::test]
async fn ticket_in_memory_resumes_once_at_a_time() {
    let service = Service::start(Dialect::Observed).await;
    let acme = service.company(ACME).await;
    let imports = Imports::new();
    let tickets = TicketMemory::new();
    let import = acme.import_users(imports.sheet("people.xlsx"));
    let preview = import.ticket(&tickets).await.unwrap();
    let ticket = tickets.tickets().remove(0);
    assert_eq!(preview.ticket_id(), Some(ticket.id.as_str()));
    let error = error_of(acme.resume_import(&tickets, &ticket).await);
    assert_eq!(error.kind(), ErrorKind::Conflict);
    drop(preview);
    let resumed = acme.resume_import(&tickets, &ticket).await.unwrap();
    let receipt = resumed.confirm().await.unwrap();
    let ticket = tickets.tickets().remove(0);
    assert!(ticket.is_finished() && !receipt.rejected.is_empty());
    assert_eq!(
        Ticket::from_json(&ticket.to_json().unwrap()).unwrap(),
        ticket
    );

    let import = acme.import_users(imports.sheet("people.xlsx"));
    let preview = import.ticket(&tickets).await.unwrap();
    assert_eq!(tickets.tickets().len(), 2);
    preview.discard().await.unwrap();
    assert_eq!(tickets.tickets(), [ticket]);
}

#[tokio::test]
async fn unwritable_ticket_stops_the_import() {
    let service = Service::start(Dialect::Observed).await;
    let acme = service.company(ACME).await;
    let imports = Imports::new();
    let tickets = TicketFolder::new(imports.path("one.csv"));
    let import = acme
        .import_users(imports.sheet("people.xlsx"))
        .ticket(&tickets);
    let error = import.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(
        error
            .to_string()
            .contains("keep its ticket in another folder"),
        "{error}"
    );
    assert_eq!(service.counter("uploads"), 0);
}

#[tokio::test]
async fn ticket_is_private_and_holds_no_person() {
    let service = Service::start(Dialect::Observed).await;
    let acme = service.company(ACME).await;
    let imports = Imports::new();
    let import = acme
        .import_users(imports.sheet("people.xlsx"))
        .select("after-blank@acme.example");
    let preview = import.ticket(&imports.tickets).await.unwrap();
    let id = preview.ticket_id().unwrap().to_owned();
    let file = imports.tickets.path().join(format!("{id}.json"));
    let check = || {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(!text.contains("acme.example"), "{text}");
        #[cfg(unix)]
        {
            let mode =
                std::os::unix::fs::PermissionsExt::mode(&file.metadata().unwrap().permissions());
            assert_eq!(mode & 0o777, 0o600);
        }
    };
    check();
    preview.confirm().await.unwrap();
    check();
    assert_eq!(files_of_tickets(&imports), 1);
}

/// How many files belong to tickets. The files of the lock of the company stay.
fn files_of_tickets(imports: &Imports) -> usize {
    let files = std::fs::read_dir(imports.tickets.path()).unwrap();
    let names = files.map(|file| file.unwrap().file_name());
    let names = names.filter(|name| !name.to_string_lossy().starts_with("company-"));
    names.count()
}

#[tokio::test]
async fn ticket_is_removed_on_discard_or_after_a_month() {
    let service = Service::start(Dialect::Observed).await;
    let acme = service.company(ACME).await;
    let imports = Imports::new();
    let import = || {
        acme.import_users(imports.sheet("people.xlsx"))
            .ticket(&imports.tickets)
    };
    import().await.unwrap().discard().await.unwrap();
    assert_eq!(files_of_tickets(&imports), 0);

    import().await.unwrap().confirm().await.unwrap();
    drop(import().await.unwrap());
    assert_eq!(imports.tickets.tickets().unwrap().len(), 2);
    let tickets = imports.tickets.tickets().unwrap();
    let finished = tickets.iter().find(|ticket| ticket.is_finished()).unwrap();
    let done = SystemTime::UNIX_EPOCH + Duration::from_secs(finished.updated);
    let month = Duration::from_secs(30 * 86_400);
    imports.tickets.remove_finished(month, done + month);
    assert_eq!(imports.tickets.tickets().unwrap().len(), 2);
    imports
        .tickets
        .remove_finished(month, done + month + Duration::from_secs(1));
    assert!(
        !imports.ticket().is_finished(),
        "an unfinished ticket is kept"
    );
    assert_eq!(imports.tickets.tickets().unwrap().len(), 1);
}

#[test]
fn ticket_is_found_by_id_or_file() {
    let folder = tempfile::tempdir().unwrap();
    let tickets = TicketFolder::new(folder.path());
    let check = |id: &str, kind: ErrorKind| {
        assert_eq!(tickets.find(id).unwrap_err().kind(), kind, "{id:?}");
    };
    check("0a1b", ErrorKind::NotFound);
    check("../0a1b", ErrorKind::NotFound);
    std::fs::write(folder.path().join("0a1b.json"), "{}").unwrap();
    check("0a1b", ErrorKind::Invalid);
    assert!(tickets.tickets().unwrap().is_empty());
    let none = TicketFolder::of_file(Path::new("nowhere.json")).unwrap_err();
    assert_eq!(none.kind(), ErrorKind::NotFound);
}

/// A staff list in a folder of that name. Only Linux has names of bytes that are no text.
#[cfg(target_os = "linux")]
fn list_at(imports: &Imports, folder: &[u8], name: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    let of = |name| Path::new(std::ffi::OsStr::from_bytes(name));
    let folder = imports.path("").join(of(folder));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(of(name));
    std::fs::write(&path, "Email\nnia@acme.example\n").unwrap();
    path
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn path_that_no_ticket_can_hold_is_refused() {
    let service = Service::start(Dialect::Observed).await;
    let acme = service.company(ACME).await;
    let imports = Imports::new();
    let first = service.sandbox.requests().len();
    let check = |error: Error, escaped: &str| {
        assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
        let text = error.to_string();
        assert!(text.contains(escaped) && !text.contains('\n'), "{text}");
        assert!(error.hint().unwrap().contains("rename"), "{error:?}");
        assert_eq!(service.sandbox.requests().len(), first, "{text}");
        assert!(!imports.tickets.path().exists(), "{text}");
    };
    for (folder, name, escaped) in [
        (&b"of name"[..], &b"v\xFF.csv"[..], "v\\xFF.csv\""),
        (b"f\xFE", b"people.csv", "f\\xFE/people.csv\""),
    ] {
        let path = list_at(&imports, folder, name);
        let sheet = || keepnet_flows::Sheet::open(&path).unwrap();
        let import = || acme.import_users(sheet());
        check(import().await.unwrap_err(), escaped);
        let with_ticket = import().ticket(&imports.tickets).await;
        check(with_ticket.unwrap_err(), escaped);
        let sync = || acme.sync_users(sheet());
        check(sync().plan().await.unwrap_err(), escaped);
        let with_ticket = sync().ticket(&imports.tickets).plan().await;
        check(with_ticket.unwrap_err(), escaped);
    }
}

/// A ticket that was begun at a path that is text is resumed at any path.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn moved_list_is_resumed_at_any_path() {
    let service = Service::start(Dialect::Observed).await;
    let acme = service.company(ACME).await;
    let imports = Imports::new();
    let path = list_at(&imports, b"moved", b"one.csv");
    let import = acme.import_users(keepnet_flows::Sheet::open(&path).unwrap());
    drop(import.ticket(&imports.tickets).await.unwrap());
    let moved = list_at(&imports, b"f\xFE", b"v\xFF.csv");
    std::fs::remove_file(path).unwrap();
    let resume = acme.resume_import(&imports.tickets, &imports.ticket());
    let receipt = resume.file(&moved).await.unwrap().confirm().await.unwrap();
    assert_eq!(receipt.imported, 1);
}

#[tokio::test]
async fn damaged_ticket_is_an_error_of_its_kind() {
    let service = Service::start(Dialect::Observed).await;
    let acme = service.company(ACME).await;
    let imports = Imports::new();
    let folder = &imports.tickets;
    let import = acme.import_users(imports.sheet("people.xlsx"));
    drop(import.ticket(folder).await.unwrap());
    let sync = acme.sync_users(imports.sheet("one.csv"));
    let sync = sync.leavers(Leavers::Keep).smaller_list().beyond_license();
    let plan = sync.ticket(folder).plan().await.unwrap();
    plan.apply().await.unwrap();
    let (import, sync) = (imports.ticket().id, folder.syncs().unwrap().remove(0).id);
    let find_import = |id: &str| folder.find(id).map(drop);
    let find_sync = |id: &str| folder.find_sync(id).map(drop);
    let check = |id: &str, find: &dyn Fn(&str) -> Result<(), Error>, kind: &str| {
        let path = folder.path().join(format!("{id}.json"));
        let whole = std::fs::read(&path).unwrap();
        let text = whole.trim_ascii_end();
        let cut = (0..text.len()).step_by(5).map(|end| text[..end].to_vec());
        let mut not_utf_8 = whole.clone();
        let name = whole.windows(8).position(|it| it == b"Acme LLC").unwrap();
        not_utf_8[name] = 0xFF;
        let other = [
            b"garbage".to_vec(),
            vec![0; whole.len()],
            [&whole[..], b"}"].concat(),
            [&text[..40], &vec![0; text.len() - 40]].concat(),
            not_utf_8,
        ];
        for damaged in cut.chain(other) {
            std::fs::write(&path, damaged).unwrap();
            let error = find(id).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
            let problem = format!("{} is not the ticket of {kind}", path.display());
            assert_eq!(error.problem(), problem);
        }
        std::fs::write(&path, whole).unwrap();
        find(id).unwrap();
    };
    check(&import, &find_import, "an import");
    check(&sync, &find_sync, "a synchronization");
    // An id of one kind is not looked for among the others.
    for error in [find_import(&sync), find_sync(&import)] {
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        let problem = error.problem();
        assert!(problem.contains("the id of a synchronization"), "{problem}");
    }
}
