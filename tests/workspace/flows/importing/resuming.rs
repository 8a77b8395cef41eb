//! Imports that are resumed from their tickets.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use keepnet_flows::{
    Company, Error, ErrorKind, Receipt, ResumeImport, Resumed, Sheet, Ticket, TicketFolder,
    TryStreamExt as _,
};
use keepnet_sandbox::{Dialect, Sandbox};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::flows::fixture;
use crate::flows::scripted::{PERSON, Request, Response, ScriptedService, no_users, user_counts};
use crate::flows::service::{ACME, DIALECTS, GLOBEX, Service, config};

/// A folder with staff lists, and a folder for tickets.
pub(super) struct Imports {
    folder: TempDir,
    pub(super) tickets: TicketFolder,
}

impl Imports {
    pub(super) fn new() -> Imports {
        let folder = tempfile::tempdir().unwrap();
        std::fs::copy(
            fixture("duplicates-and-invalid.xlsx"),
            folder.path().join("people.xlsx"),
        )
        .unwrap();
        std::fs::write(folder.path().join("one.csv"), "Email\nnia@acme.example\n").unwrap();
        let tickets = TicketFolder::new(folder.path().join("tickets"));
        Imports { folder, tickets }
    }

    pub(super) fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn sheet(&self, name: &str) -> Sheet {
        Sheet::open(self.path(name)).unwrap()
    }

    pub(super) fn ticket(&self) -> Ticket {
        self.tickets.tickets().unwrap().remove(0)
    }

    /// The step in the ticket.
    fn step(&self) -> String {
        let ticket = serde_json::to_value(self.ticket()).unwrap();
        ticket["step"]["name"].as_str().unwrap().to_owned()
    }

    /// Runs an import up to its preview.
    async fn previewed(&self, company: &Company) {
        let import = company.import_users(self.sheet("people.xlsx"));
        drop(import.ticket(&self.tickets).await.unwrap());
    }

    /// Confirms an import, and stops watching it while the service works on it.
    async fn started(&self, company: &Company) {
        let import = company.import_users(self.sheet("people.xlsx"));
        let mut confirm = import.ticket(&self.tickets).await.unwrap().confirm();
        while confirm.accepted().is_none() {
            confirm.try_next().await.unwrap();
        }
    }
}

pub(super) fn error_of(resumed: Result<Resumed, Error>) -> Error {
    match resumed {
        Ok(resumed) => panic!("{resumed:?}"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn unconfirmed_import_resumes_without_upload() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let acme = service.company(ACME).await;
        let imports = Imports::new();
        imports.previewed(&acme).await;
        assert_eq!(imports.step(), "previewed");
        let resumed = acme
            .resume_import(&imports.tickets, &imports.ticket())
            .await;
        let Resumed::Preview(preview) = resumed.unwrap() else {
            panic!("the import is not confirmed");
        };
        assert!(!preview.was_confirmed());
        assert_eq!((preview.counts().new, preview.rejected().len()), (7, 6));
        assert_eq!(service.created_in(ACME), 0, "{dialect}");
        assert_eq!(service.counter("uploads"), 1, "{dialect}");
        assert_eq!(preview.confirm().await.unwrap().imported, 7);
        assert_eq!(imports.step(), "done");
    }
}

#[tokio::test]
async fn accepted_import_resumes_with_or_without_file() {
    for dialect in DIALECTS {
        for has_file in [true, false] {
            let failing = Sandbox::builder()
                .dialect(dialect)
                .fault("import=row-failures,rows=2".parse().unwrap());
            let service = Service::build(failing).await;
            let acme = service.company(ACME).await;
            let imports = Imports::new();
            imports.started(&acme).await;
            assert_eq!(imports.step(), "started");
            if !has_file {
                std::fs::remove_file(imports.path("people.xlsx")).unwrap();
            }
            let resumed = acme
                .resume_import(&imports.tickets, &imports.ticket())
                .await;
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
async fn finished_import_resumes_without_requests() {
    let service = Service::start(Dialect::Observed).await;
    let acme = service.company(ACME).await;
    let imports = Imports::new();
    let import = acme
        .import_users(imports.sheet("people.xlsx"))
        .ticket(&imports.tickets);
    let receipt = import.await.unwrap().confirm().await.unwrap();
    let requests = service.sandbox.requests().len();
    let resumed = acme
        .resume_import(&imports.tickets, &imports.ticket())
        .await
        .unwrap();
    assert!(matches!(&resumed, Resumed::Done(_)));
    assert_eq!(resumed.confirm().await.unwrap(), receipt);
    assert_eq!(service.sandbox.requests().len(), requests);
}

#[tokio::test]
async fn ticket_resumes_only_its_own_import() {
    let service = Service::start(Dialect::Observed).await;
    let acme = service.company(ACME).await;
    let check =
        async |change: &dyn Fn(&Imports), company: &Company, kind: ErrorKind, text: &str| {
            let imports = Imports::new();
            imports.previewed(&acme).await;
            change(&imports);
            let error = error_of(
                company
                    .resume_import(&imports.tickets, &imports.ticket())
                    .await,
            );
            assert_eq!(error.kind(), kind, "{error}");
            assert!(error.to_string().contains(text), "{error}");
        };
    let nothing: &dyn Fn(&Imports) = &|_| {};
    let globex = service.company(GLOBEX).await;
    check(nothing, &globex, ErrorKind::Conflict, "is of Acme LLC").await;

    let elsewhere = Service::start(Dialect::Observed).await;
    let other = elsewhere.company(ACME).await;
    check(
        nothing,
        &other,
        ErrorKind::Conflict,
        "is of the service http",
    )
    .await;

    let gone: &dyn Fn(&Imports) =
        &|imports| std::fs::remove_file(imports.path("people.xlsx")).unwrap();
    check(gone, &acme, ErrorKind::Sheet, "give its current path").await;

    let changed: &dyn Fn(&Imports) = &|imports| {
        let another = fixture("acme-users.xlsx");
        std::fs::copy(another, imports.path("people.xlsx")).unwrap();
    };
    check(
        changed,
        &acme,
        ErrorKind::Conflict,
        "not the file with which the import started",
    )
    .await;

    let forged: &dyn Fn(&Imports) = &|imports| {
        let path = imports
            .tickets
            .path()
            .join(format!("{}.json", imports.ticket().id));
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
async fn moved_file_can_be_named() {
    let service = Service::start(Dialect::Observed).await;
    let acme = service.company(ACME).await;
    let imports = Imports::new();
    imports.previewed(&acme).await;
    std::fs::rename(imports.path("people.xlsx"), imports.path("moved.xlsx")).unwrap();
    let resume = acme.resume_import(&imports.tickets, &imports.ticket());
    let resumed = resume.file(imports.path("moved.xlsx")).await.unwrap();
    assert_eq!(resumed.confirm().await.unwrap().imported, 7);
    assert_eq!(service.counter("uploads"), 1);
}

#[tokio::test]
async fn import_of_bytes_resumes_with_the_same_bytes() {
    const LIST: &[u8] = b"Staff\n\xfeeyma\nEmail,First Name\nnia@acme.example,\xdeeyma\n";
    let options = || {
        let options = Sheet::options().header_row(3);
        options.encoding("windows-1254".parse().unwrap())
    };
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let acme = service.company(ACME).await;
        let imports = Imports::new();
        let sheet = options().open_bytes("people.csv", LIST).unwrap();
        let import = acme.import_users(sheet).ticket(&imports.tickets);
        drop(import.await.unwrap());
        let refused = async |sheet: Option<Sheet>, kind: ErrorKind, expected: &str| {
            let resume = acme.resume_import(&imports.tickets, &imports.ticket());
            let resume = sheet.into_iter().fold(resume, ResumeImport::sheet);
            let error = error_of(resume.await);
            assert_eq!(error.kind(), kind, "{error}");
            assert!(error.problem().contains(expected), "{error}");
        };
        refused(None, ErrorKind::Invalid, "does not say where people.csv is").await;
        let other = options()
            .open_bytes("people.csv", [LIST, b"\n"].concat())
            .unwrap();
        let expected = "people.csv is not the file with which the import started";
        refused(Some(other), ErrorKind::Conflict, expected).await;
        let encoding = "windows-1252".parse().unwrap();
        let otherwise = options().encoding(encoding).open_bytes("people.csv", LIST);
        let expected = "people.csv is read with another worksheet";
        refused(Some(otherwise.unwrap()), ErrorKind::Conflict, expected).await;

        let again = imports.ticket().file.sheet_options();
        let again = again.open_bytes("of-another-process.csv", LIST).unwrap();
        let resume = acme.resume_import(&imports.tickets, &imports.ticket());
        let receipt = resume.sheet(again).await.unwrap().confirm().await.unwrap();
        assert_eq!((receipt.imported, receipt.file.as_str()), (1, "people.csv"));
        assert_eq!(service.counter("uploads"), 1, "{dialect}");
    }
}

/// What the service shows when an import is resumed whose request was interrupted.
#[derive(Clone, Copy)]
struct ServiceState {
    /// The new jobs, with the number of their rows and their status.
    jobs: &'static [(&'static str, u64, u64)],
    /// The number of users; it was 5 before.
    users: u64,
    /// Whether the person of the file is there.
    is_there: bool,
}

/// Interrupts the request for an import and resumes it; returns the number of requests and the result.
async fn resume_interrupted(state: ServiceState) -> (usize, Result<Receipt, Error>) {
    const IMPORT: &str = "POST /api/target-users/tRansact1on0/import";
    let phase = Arc::new(AtomicUsize::new(0));
    let now = Arc::clone(&phase);
    let service = ScriptedService::start(move |request: &Request, _| {
        let phase = now.load(Ordering::SeqCst);
        let (jobs, count, is_there) = match phase {
            0 => (&[][..], 5, false),
            1 => (state.jobs, state.users, state.is_there),
            _ => (&[("oUrs", 1, 3)][..], state.users + 1, true),
        };
        let listed = |(id, ..): &(&str, u64, u64)| json!({"resourceId": id, "name": "Work"});
        Some(match request.line.as_str() {
            IMPORT if phase == 0 => Response::Disconnect,
            IMPORT => {
                now.store(2, Ordering::SeqCst);
                return None;
            }
            "GET /api/jobs" => Response::Data(jobs.iter().map(listed).collect()),
            "GET /api/target-users/count-summary" => Response::Data(user_counts(count)),
            "POST /api/target-users/search" if is_there => {
                let user = json!({"resourceId": "nIa", "email": PERSON});
                Response::Data(json!({"results": [user], "totalNumberOfPages": 1}))
            }
            "POST /api/target-users/search" => no_users(),
            line => {
                let job = jobs
                    .iter()
                    .find(|(id, ..)| line == format!("GET /api/jobs/{id}"))?;
                let rows = json!({"type": 1, "currentCount": job.1, "targetCount": job.1});
                Response::Data(json!({"status": job.2, "processResults": [rows]}))
            }
        })
    })
    .await;
    let imports = Imports::new();
    let acme = service.reseller.company(ACME).await.unwrap();
    let import = acme
        .import_users(imports.sheet("one.csv"))
        .ticket(&imports.tickets);
    let error = import.await.unwrap().confirm().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert_eq!(imports.step(), "confirming");
    phase.store(1, Ordering::SeqCst);
    let outcome = match acme
        .resume_import(&imports.tickets, &imports.ticket())
        .await
    {
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
async fn acceptance_is_found_out_not_guessed() {
    const DONE: u64 = 3;
    const FAILED: u64 = 4;
    let accepted = async |jobs, users, is_there, job: Option<&str>, requests: usize| {
        let state = ServiceState {
            jobs,
            users,
            is_there,
        };
        let (times, outcome) = resume_interrupted(state).await;
        let receipt = outcome.unwrap();
        assert_eq!((receipt.imported, receipt.job.as_deref()), (1, job));
        assert_eq!(times, requests);
    };
    let unknown = async |jobs, users, is_there, text: &str| {
        let state = ServiceState {
            jobs,
            users,
            is_there,
        };
        let (times, outcome) = resume_interrupted(state).await;
        let error = outcome.unwrap_err();
        assert_eq!(
            (error.kind(), times),
            (ErrorKind::OutcomeUnknown, 1),
            "{error}"
        );
        assert!(error.to_string().contains(text), "{error}");
    };
    accepted(&[("oUrs", 1, DONE)], 6, true, Some("oUrs"), 1).await;
    let both = &[("tHeirs", 7, DONE), ("oUrs", 1, DONE)];
    accepted(both, 13, true, Some("oUrs"), 1).await;
    // Both jobs took all their rows, and the person is there: it does not matter which is ours.
    accepted(&[("oNe", 1, DONE), ("tWo", 1, DONE)], 7, true, None, 1).await;
    accepted(&[], 6, true, None, 1).await;
    // The person is not there: the request is sent again, whatever others have done.
    accepted(&[], 5, false, Some("oUrs"), 2).await;
    accepted(&[], 8, false, Some("oUrs"), 2).await;
    accepted(&[("tHeirs", 7, DONE)], 12, false, Some("oUrs"), 2).await;
    accepted(&[("tHeirs", 1, DONE)], 6, false, Some("oUrs"), 2).await;

    unknown(&[("oUrs", 1, FAILED)], 5, false, "job oUrs may be its own").await;
    let several = &[("oNe", 1, DONE), ("tWo", 1, FAILED)];
    unknown(several, 6, true, "2 jobs may be its own (oNe, tWo)").await;
}

#[tokio::test]
async fn expired_upload_is_sent_again_until_accepted() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let acme = service.company(ACME).await;
        let imports = Imports::new();
        imports.previewed(&acme).await;
        service
            .sandbox
            .add_fault("transaction-expires,count=1".parse().unwrap());
        let resumed = acme
            .resume_import(&imports.tickets, &imports.ticket())
            .await
            .unwrap();
        assert_eq!(service.counter("uploads"), 2, "{dialect}");
        assert_eq!(resumed.confirm().await.unwrap().imported, 7);

        let imports = Imports::new();
        imports.started(&acme).await;
        service
            .sandbox
            .add_fault("transaction-expires".parse().unwrap());
        let resumed = acme
            .resume_import(&imports.tickets, &imports.ticket())
            .await
            .unwrap();
        assert_eq!(resumed.confirm().await.unwrap().imported, 7);
        assert_eq!(
            service.counter("uploads"),
            3,
            "{dialect}: one upload of the second import"
        );
        assert_eq!(service.created_in(ACME), 7, "{dialect}");
    }
}

#[tokio::test]
async fn refused_import_returns_to_its_preview() {
    let service = Service::start(Dialect::Observed).await;
    let acme = service.company(ACME).await;
    let imports = Imports::new();
    let refused = "status=403,count=1,on=POST /api/target-users/{transactionId}/import";
    service.sandbox.add_fault(refused.parse().unwrap());
    let import = acme
        .import_users(imports.sheet("people.xlsx"))
        .ticket(&imports.tickets);
    let error = import.await.unwrap().confirm().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Permission);
    assert_eq!(imports.step(), "previewed");
}

#[tokio::test]
async fn ticket_resumes_with_other_credentials() {
    let service = Service::start(Dialect::Observed).await;
    let imports = Imports::new();
    imports.previewed(&service.company(ACME).await).await;
    let (config, _) = config(service.sandbox.url(), "admin-client", "admin-secret");
    let admin = keepnet_flows::Reseller::connect(config).await.unwrap();
    let acme = admin.company(ACME).await.unwrap();
    let resumed = acme
        .resume_import(&imports.tickets, &imports.ticket())
        .await
        .unwrap();
    assert_eq!(resumed.confirm().await.unwrap().imported, 7);
}
