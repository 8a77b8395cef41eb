//! Imports that are carried on from their tickets.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use keepnet_flows::{
    Company, Error, ErrorKind, Receipt, Resumed, Sheet, Ticket, TicketFolder, TryStreamExt as _,
};
use keepnet_sandbox::{Dialect, Sandbox};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::fixture;
use super::scripted::{Asked, Reply, Scripted, users};
use super::service::{ACME, DIALECTS, GLOBEX, Service, config};

/// A folder with a staff list, and one for tickets.
struct Desk {
    folder: TempDir,
    tickets: TicketFolder,
}

impl Desk {
    fn new() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        std::fs::copy(
            fixture("duplicates-and-invalid.xlsx"),
            folder.path().join("people.xlsx"),
        )
        .unwrap();
        std::fs::write(folder.path().join("one.csv"), "Email\nnia@acme.example\n").unwrap();
        let tickets = TicketFolder::new(folder.path().join("tickets"));
        Desk { folder, tickets }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn sheet(&self, name: &str) -> Sheet {
        Sheet::open(self.path(name)).unwrap()
    }

    fn ticket(&self) -> Ticket {
        self.tickets.tickets().unwrap().remove(0)
    }

    /// The step that the ticket is at.
    fn step(&self) -> String {
        let ticket = serde_json::to_value(self.ticket()).unwrap();
        ticket["step"]["name"].as_str().unwrap().to_owned()
    }

    /// An import that nobody confirmed.
    async fn previewed(&self, company: &Company) {
        let import = company.import_users(self.sheet("people.xlsx"));
        drop(import.ticket(&self.tickets).await.unwrap());
    }

    /// An import that nobody watches any more while the service is at it.
    async fn started(&self, company: &Company) {
        let import = company.import_users(self.sheet("people.xlsx"));
        let mut confirm = import.ticket(&self.tickets).await.unwrap().confirm();
        while confirm.accepted().is_none() {
            confirm.try_next().await.unwrap();
        }
    }
}

fn error_of(resumed: Result<Resumed, Error>) -> Error {
    match resumed {
        Ok(resumed) => panic!("{resumed:?}"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn an_import_that_was_not_confirmed_is_a_preview_again_without_another_upload() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let acme = service.company(ACME).await;
        let desk = Desk::new();
        desk.previewed(&acme).await;
        assert_eq!(desk.step(), "previewed");
        let resumed = acme.resume_import(&desk.tickets, &desk.ticket()).await;
        let Resumed::Preview(preview) = resumed.unwrap() else {
            panic!("nothing was confirmed");
        };
        assert!(!preview.was_confirmed());
        assert_eq!((preview.counts().new, preview.rejected().len()), (7, 6));
        assert_eq!(service.created_in(ACME), 0, "{dialect}");
        assert_eq!(service.counter("uploads"), 1, "{dialect}");
        assert_eq!(preview.confirm().await.unwrap().imported, 7);
        assert_eq!(desk.step(), "done");
    }
}

#[tokio::test]
async fn an_import_that_was_taken_is_followed_with_and_without_its_file() {
    for dialect in DIALECTS {
        for has_file in [true, false] {
            let failing = Sandbox::builder()
                .dialect(dialect)
                .fault("import=row-failures,rows=2".parse().unwrap());
            let service = Service::build(failing).await;
            let acme = service.company(ACME).await;
            let desk = Desk::new();
            desk.started(&acme).await;
            assert_eq!(desk.step(), "started");
            if !has_file {
                std::fs::remove_file(desk.path("people.xlsx")).unwrap();
            }
            let resumed = acme.resume_import(&desk.tickets, &desk.ticket()).await;
            assert!(matches!(resumed, Ok(Resumed::Confirmed(_))), "{resumed:?}");
            let receipt = resumed.unwrap().confirm().await.unwrap();
            assert_eq!((receipt.imported, receipt.failed), (5, 2), "{dialect}");
            assert!(receipt.is_reconciled());
            let numbered = receipt
                .rejected
                .iter()
                .filter(|it| it.row.is_some())
                .count();
            assert_eq!(numbered, if has_file { 8 } else { 6 }, "{dialect}");
            assert_eq!(service.counter("imports"), 1, "{dialect}");
        }
    }
}

#[tokio::test]
async fn an_import_that_is_done_says_again_what_it_did_and_sends_nothing() {
    let service = Service::start(Dialect::Observed).await;
    let acme = service.company(ACME).await;
    let desk = Desk::new();
    let import = acme
        .import_users(desk.sheet("people.xlsx"))
        .ticket(&desk.tickets);
    let receipt = import.await.unwrap().confirm().await.unwrap();
    let requests = service.sandbox.requests().len();
    let resumed = acme
        .resume_import(&desk.tickets, &desk.ticket())
        .await
        .unwrap();
    assert!(matches!(&resumed, Resumed::Done(_)));
    assert_eq!(resumed.confirm().await.unwrap(), receipt);
    assert_eq!(service.sandbox.requests().len(), requests);
}

#[tokio::test]
async fn a_ticket_carries_on_its_own_import_and_no_other() {
    let service = Service::start(Dialect::Observed).await;
    let acme = service.company(ACME).await;
    let check = async |spoil: &dyn Fn(&Desk), company: &Company, kind: ErrorKind, said: &str| {
        let desk = Desk::new();
        desk.previewed(&acme).await;
        spoil(&desk);
        let error = error_of(company.resume_import(&desk.tickets, &desk.ticket()).await);
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(said), "{error}");
    };
    let nothing: &dyn Fn(&Desk) = &|_| {};
    let globex = service.company(GLOBEX).await;
    check(nothing, &globex, ErrorKind::Conflict, "it is of Acme LLC").await;

    let elsewhere = Service::start(Dialect::Observed).await;
    let other = elsewhere.company(ACME).await;
    check(
        nothing,
        &other,
        ErrorKind::Conflict,
        "it is of the service http",
    )
    .await;

    let gone: &dyn Fn(&Desk) = &|desk| std::fs::remove_file(desk.path("people.xlsx")).unwrap();
    check(gone, &acme, ErrorKind::Sheet, "say where it is now").await;

    let changed: &dyn Fn(&Desk) = &|desk| {
        let another = fixture("acme-users.xlsx");
        std::fs::copy(another, desk.path("people.xlsx")).unwrap();
    };
    check(
        changed,
        &acme,
        ErrorKind::Conflict,
        "not the file that it began with",
    )
    .await;

    let forged: &dyn Fn(&Desk) = &|desk| {
        let path = desk
            .tickets
            .path()
            .join(format!("{}.json", desk.ticket().id));
        let mut ticket: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        ticket["step"]["transaction"] = json!("../../users");
        std::fs::write(&path, ticket.to_string()).unwrap();
    };
    check(
        forged,
        &acme,
        ErrorKind::Invalid,
        "an id that cannot be used",
    )
    .await;
    assert_eq!(service.created_in(ACME) + service.created_in(GLOBEX), 0);
}

#[tokio::test]
async fn the_file_may_be_somewhere_else_by_now() {
    let service = Service::start(Dialect::Observed).await;
    let acme = service.company(ACME).await;
    let desk = Desk::new();
    desk.previewed(&acme).await;
    std::fs::rename(desk.path("people.xlsx"), desk.path("moved.xlsx")).unwrap();
    let resume = acme.resume_import(&desk.tickets, &desk.ticket());
    let resumed = resume.file(desk.path("moved.xlsx")).await.unwrap();
    assert_eq!(resumed.confirm().await.unwrap().imported, 7);
    assert_eq!(service.counter("uploads"), 1);
}

#[tokio::test]
async fn two_processes_do_not_carry_on_one_import() {
    let service = Service::start(Dialect::Observed).await;
    let acme = service.company(ACME).await;
    let desk = Desk::new();
    let import = acme.import_users(desk.sheet("people.xlsx"));
    let preview = import.ticket(&desk.tickets).await.unwrap();
    let error = error_of(acme.resume_import(&desk.tickets, &desk.ticket()).await);
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(
        error.to_string().contains("another process is at"),
        "{error}"
    );
    drop(preview);
    acme.resume_import(&desk.tickets, &desk.ticket())
        .await
        .unwrap()
        .confirm()
        .await
        .unwrap();
}

#[tokio::test]
async fn an_import_whose_ticket_cannot_be_kept_does_not_begin() {
    let service = Service::start(Dialect::Observed).await;
    let acme = service.company(ACME).await;
    let desk = Desk::new();
    let tickets = TicketFolder::new(desk.path("one.csv"));
    let import = acme
        .import_users(desk.sheet("people.xlsx"))
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
async fn a_ticket_is_readable_by_its_owner_alone_and_holds_no_person() {
    let service = Service::start(Dialect::Observed).await;
    let acme = service.company(ACME).await;
    let desk = Desk::new();
    let import = acme
        .import_users(desk.sheet("people.xlsx"))
        .select("after-blank@acme.example");
    let preview = import.ticket(&desk.tickets).await.unwrap();
    let id = preview.ticket_id().unwrap().to_owned();
    let file = desk.tickets.path().join(format!("{id}.json"));
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
    let left: Vec<_> = std::fs::read_dir(desk.tickets.path())
        .unwrap()
        .flatten()
        .collect();
    assert_eq!(left.len(), 1, "the ticket alone: {left:?}");
}

#[tokio::test]
async fn a_ticket_goes_when_the_import_is_given_up_or_long_done() {
    let service = Service::start(Dialect::Observed).await;
    let acme = service.company(ACME).await;
    let desk = Desk::new();
    let import = || {
        acme.import_users(desk.sheet("people.xlsx"))
            .ticket(&desk.tickets)
    };
    import().await.unwrap().discard().unwrap();
    assert_eq!(std::fs::read_dir(desk.tickets.path()).unwrap().count(), 0);

    import().await.unwrap().confirm().await.unwrap();
    drop(import().await.unwrap());
    assert_eq!(desk.tickets.tickets().unwrap().len(), 2);
    let tickets = desk.tickets.tickets().unwrap();
    let finished = tickets.iter().find(|ticket| ticket.is_finished()).unwrap();
    let done = SystemTime::UNIX_EPOCH + Duration::from_secs(finished.updated);
    let month = Duration::from_secs(30 * 86_400);
    desk.tickets.remove_finished(month, done + month);
    assert_eq!(desk.tickets.tickets().unwrap().len(), 2);
    desk.tickets
        .remove_finished(month, done + month + Duration::from_secs(1));
    assert!(!desk.ticket().is_finished(), "what is unfinished stays");
    assert_eq!(desk.tickets.tickets().unwrap().len(), 1);
}

#[test]
fn a_ticket_is_found_by_its_id_or_its_file() {
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

/// How the service stands when an import is carried on that broke off while it was asked for.
#[derive(Clone, Copy)]
struct Standing {
    /// The jobs that were not there before, with the rows they take.
    jobs: &'static [(&'static str, u64)],
    /// There were 5.
    users: u64,
}

/// How often the import was asked for in all, and what came of carrying on.
async fn after_breaking_off(standing: Standing) -> (usize, Result<Receipt, Error>) {
    const IMPORT: &str = "POST /api/target-users/tRansact1on0/import";
    let phase = Arc::new(AtomicUsize::new(0));
    let now = Arc::clone(&phase);
    let service = Scripted::start(move |asked: &Asked, _| {
        let phase = now.load(Ordering::SeqCst);
        let (jobs, count) = match phase {
            0 => (&[][..], 5),
            1 => (standing.jobs, standing.users),
            _ => (&[("oUrs", 1)][..], 6),
        };
        let listed = |(id, _): &(&str, u64)| json!({"resourceId": id, "name": "Import"});
        Some(match asked.line.as_str() {
            IMPORT if phase == 0 => Reply::BreakOff,
            IMPORT => {
                now.store(2, Ordering::SeqCst);
                return None;
            }
            "GET /api/jobs" => Reply::Data(jobs.iter().map(listed).collect()),
            "GET /api/target-users/count-summary" => Reply::Data(users(count)),
            line => {
                let job = jobs
                    .iter()
                    .find(|(id, _)| line == format!("GET /api/jobs/{id}"))?;
                let rows = json!({"type": 1, "currentCount": job.1, "targetCount": job.1});
                Reply::Data(json!({"status": 3, "processResults": [rows]}))
            }
        })
    })
    .await;
    let desk = Desk::new();
    let acme = service.reseller.company(ACME).await.unwrap();
    let import = acme
        .import_users(desk.sheet("one.csv"))
        .ticket(&desk.tickets);
    let error = import.await.unwrap().confirm().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert_eq!(desk.step(), "confirming");
    phase.store(1, Ordering::SeqCst);
    let outcome = match acme.resume_import(&desk.tickets, &desk.ticket()).await {
        Ok(resumed) => {
            if let Resumed::Preview(preview) = &resumed {
                assert!(preview.was_confirmed());
            }
            resumed.confirm().await
        }
        Err(error) => Err(error),
    };
    (service.times(IMPORT), outcome)
}

#[tokio::test]
async fn whether_an_import_was_taken_is_found_out_and_never_guessed() {
    let taken = async |jobs, users, job: Option<&str>, asked: usize| {
        let (times, outcome) = after_breaking_off(Standing { jobs, users }).await;
        let receipt = outcome.unwrap();
        assert_eq!((receipt.imported, receipt.job.as_deref()), (1, job));
        assert_eq!(times, asked);
    };
    let open = async |jobs, users, said: &str| {
        let (times, outcome) = after_breaking_off(Standing { jobs, users }).await;
        let error = outcome.unwrap_err();
        assert_eq!(
            (error.kind(), times),
            (ErrorKind::OutcomeUnknown, 1),
            "{error}"
        );
        assert!(error.to_string().contains(said), "{error}");
    };
    taken(&[("oUrs", 1)], 6, Some("oUrs"), 1).await;
    taken(&[("tHeirs", 7), ("oUrs", 1)], 6, Some("oUrs"), 1).await;
    taken(&[], 6, None, 1).await;
    // The service does not have it: it is asked for once more.
    taken(&[], 5, Some("oUrs"), 2).await;
    taken(&[("tHeirs", 7)], 5, Some("oUrs"), 2).await;

    open(&[("tHeirs", 7)], 12, "the users went from 5 to 12").await;
    open(&[], 8, "the users went from 5 to 8").await;
    open(&[("oNe", 1), ("tWo", 1)], 6, "2 jobs could be it: ").await;
    open(&[("oUrs", 1)], 5, "does not say that it was this one").await;
}

#[tokio::test]
async fn an_upload_that_is_forgotten_is_sent_again_as_long_as_nothing_was_taken() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let acme = service.company(ACME).await;
        let desk = Desk::new();
        desk.previewed(&acme).await;
        service
            .sandbox
            .add_fault("transaction-expires,count=1".parse().unwrap());
        let resumed = acme
            .resume_import(&desk.tickets, &desk.ticket())
            .await
            .unwrap();
        assert_eq!(service.counter("uploads"), 2, "{dialect}");
        assert_eq!(resumed.confirm().await.unwrap().imported, 7);

        let desk = Desk::new();
        desk.started(&acme).await;
        service
            .sandbox
            .add_fault("transaction-expires".parse().unwrap());
        let resumed = acme
            .resume_import(&desk.tickets, &desk.ticket())
            .await
            .unwrap();
        assert_eq!(resumed.confirm().await.unwrap().imported, 7);
        assert_eq!(
            service.counter("uploads"),
            3,
            "{dialect}: one of the second import alone"
        );
        assert_eq!(service.created_in(ACME), 7, "{dialect}");
    }
}

#[tokio::test]
async fn an_import_that_is_refused_goes_back_to_its_preview() {
    let service = Service::start(Dialect::Observed).await;
    let acme = service.company(ACME).await;
    let desk = Desk::new();
    let refused = "status=403,count=1,on=POST /api/target-users/{transactionId}/import";
    service.sandbox.add_fault(refused.parse().unwrap());
    let import = acme
        .import_users(desk.sheet("people.xlsx"))
        .ticket(&desk.tickets);
    let error = import.await.unwrap().confirm().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Permission);
    assert_eq!(desk.step(), "previewed");
}

#[tokio::test]
async fn a_ticket_of_another_process_is_carried_on_with_credentials_of_ones_own() {
    let service = Service::start(Dialect::Observed).await;
    let desk = Desk::new();
    desk.previewed(&service.company(ACME).await).await;
    let (config, _) = config(service.sandbox.url(), "admin-client", "admin-secret");
    let admin = keepnet_flows::Reseller::with_config(config).await.unwrap();
    let acme = admin.company(ACME).await.unwrap();
    let resumed = acme
        .resume_import(&desk.tickets, &desk.ticket())
        .await
        .unwrap();
    assert_eq!(resumed.confirm().await.unwrap().imported, 7);
}
