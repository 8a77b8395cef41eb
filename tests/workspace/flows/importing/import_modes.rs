//! Which people of a file an import takes, by its mode.

use crate::flows::scripted::{PERSON, Request, Response, ScriptedService};
use crate::flows::service::{ACME, DIALECTS, GLOBEX, Service};
use crate::flows::{fixture, temp_file};
use keepnet_flows::{ErrorKind, ImportMode, Sheet};
use keepnet_sandbox::Dialect;
use serde_json::json;

/// Ada and Ivy are users of Acme already, Sam comes from an identity provider.
const MIXED: &str = "Email,Department\nada@acme.example,New\nIVY@acme.example,New\n\
    sam@acme.example,New\nnia@acme.example,New\nned@acme.example,New\n";

#[tokio::test]
async fn mode_imports_only_its_people() {
    struct Case {
        dialect: Dialect,
        mode: ImportMode,
        created: u64,
        updated: u64,
        /// The statuses of the requests for the import: a word that the dialect does not know is 400.
        statuses: &'static [u16],
    }
    async fn check(case: Case) {
        let Case { dialect, mode, .. } = case;
        let service = Service::start(dialect).await;
        let file = temp_file("mixed.csv", MIXED);
        let acme = service.company(ACME).await;
        let mut import = acme
            .import_users(Sheet::open(&file.path).unwrap())
            .mode(mode);
        if mode == ImportMode::Selected {
            import = import.select("Ned@Acme.example").select("ada@acme.example");
        }
        let preview = import.await.unwrap();
        let counts = preview.counts();
        assert_eq!((counts.new, counts.existing, counts.invalid), (2, 3, 0));
        let receipt = preview.confirm().await.unwrap();
        let state = service.state_of(ACME);
        let counted = |name: &str| state["counters"][name].as_u64().unwrap();
        assert_eq!(counted("created"), case.created, "{dialect} {mode:?}");
        assert_eq!(counted("updated"), case.updated, "{dialect} {mode:?}");
        assert_eq!(receipt.mode, mode);
        assert!(receipt.is_reconciled(), "{dialect} {mode:?}: {receipt:?}");
        let requests = service.sandbox.requests();
        let statuses: Vec<_> = requests
            .iter()
            .filter(|request| request.path.ends_with("/import"))
            .map(|request| request.status)
            .collect();
        assert_eq!(statuses, case.statuses, "{dialect} {mode:?}");
    }
    use Dialect::{Documented, Observed};
    use ImportMode::{All, Existing, New, Selected};
    let once: &[u16] = &[200];
    let twice: &[u16] = &[400, 200];
    let thrice: &[u16] = &[400, 400, 200];
    for (dialect, mode, created, updated, statuses) in [
        (Documented, All, 2, 2, twice),
        (Observed, All, 2, 2, once),
        (Documented, New, 2, 0, thrice),
        (Observed, New, 2, 0, once),
        (Documented, Existing, 0, 2, thrice),
        (Observed, Existing, 0, 2, once),
        (Documented, Selected, 1, 1, twice),
        (Observed, Selected, 1, 1, once),
    ] {
        check(Case {
            dialect,
            mode,
            created,
            updated,
            statuses,
        })
        .await;
    }
}

#[tokio::test]
async fn accepted_words_are_remembered() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let file = temp_file("mixed.csv", MIXED);
        for company in [ACME, GLOBEX] {
            let company = service.company(company).await;
            for mode in [ImportMode::All, ImportMode::Existing] {
                let sheet = Sheet::open(&file.path).unwrap();
                let import = company.import_users(sheet).mode(mode);
                let import = import.domains(["acme.example"]);
                import.await.unwrap().confirm().await.unwrap();
            }
        }
        let requests = service.sandbox.requests();
        let statuses = requests.iter().filter(|it| it.path.ends_with("/import"));
        let refused = statuses.filter(|it| it.status == 400).count();
        assert_eq!(
            refused,
            usize::from(dialect == Dialect::Documented),
            "{dialect}"
        );
    }
}

#[tokio::test]
async fn odd_refusal_is_not_answered_with_other_words() {
    let script = |request: &Request, _: usize| {
        let message = json!({"message": "a row is not valid"});
        (request.line.ends_with("/import")).then_some(Response::Status(400, message))
    };
    for mode in [ImportMode::All, ImportMode::Selected] {
        let service = ScriptedService::start(script).await;
        let file = temp_file("people.csv", "Email\nnia@acme.example\n");
        let acme = service.reseller.company(ACME).await.unwrap();
        let import = acme.import_users(Sheet::open(&file.path).unwrap());
        let import = match mode {
            ImportMode::Selected => import.select(PERSON),
            mode => import.mode(mode),
        };
        let error = import.await.unwrap().confirm().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        assert!(error.to_string().contains("a row is not valid"), "{error}");
        let bodies = service.bodies("POST /api/target-users/tRansact1on0/import");
        let words: Vec<_> = bodies.iter().map(|it| &it["importType"]).collect();
        let expected = match mode {
            ImportMode::All => "ImportAll",
            _ => "ImportSelected",
        };
        assert_eq!(words, [expected]);
    }
}

#[tokio::test]
async fn empty_import_sends_nothing() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let file = temp_file("known.csv", "Email\nada@acme.example\n");
        let acme = service.company(ACME).await;
        let import = acme
            .import_users(Sheet::open(&file.path).unwrap())
            .mode(ImportMode::New);
        let receipt = import.await.unwrap().confirm().await.unwrap();
        assert_eq!((receipt.imported, receipt.job.as_deref()), (0, None));
        assert_eq!(
            receipt.to_string(),
            "known.csv for Acme LLC (xC5kfGz7w2Nz): nothing to import"
        );
        assert!(receipt.is_reconciled());
        let sent = |path: &str| {
            service
                .sandbox
                .requests()
                .iter()
                .any(|it| it.path.ends_with(path))
        };
        assert!(!sent("/import") && !sent("/api/jobs"));
    }
}

#[tokio::test]
async fn selecting_nobody_or_a_stranger_is_an_error() {
    let service = Service::start(Dialect::Observed).await;
    let acme = service.company(ACME).await;
    let sheet = || Sheet::open(fixture("acme-users.csv")).unwrap();
    let nobody = acme
        .import_users(sheet())
        .mode(ImportMode::Selected)
        .await
        .unwrap_err();
    assert_eq!(nobody.kind(), ErrorKind::Invalid);
    let stranger = acme
        .import_users(sheet())
        .select("stranger@acme.example")
        .await
        .unwrap_err();
    assert_eq!(
        stranger.to_string(),
        "importing acme-users.csv for Acme LLC (xC5kfGz7w2Nz): 1 of the 1 selected e-mail addresses \
         are in no valid row; correct the addresses, or the rows that were rejected"
    );
    assert_eq!(service.counter("uploads"), 0);
}

#[tokio::test]
async fn selected_row_of_another_spelling_is_reported() {
    let service = ScriptedService::start(|request, _| {
        let is_preview = request.line.ends_with("tRansact1on0/search");
        let status = &request.body["filter"]["filterGroups"][0]["filterItems"][0]["value"];
        let accepts = status.as_str().is_some_and(|it| it.starts_with("New"));
        let row =
            |id: &str, email: &str| json!({"resourceId": id, "email": email, "status": "New"});
        let rows = json!([row("r1", PERSON), row("r2", "n\u{e9}d@acme.example")]);
        (is_preview && accepts)
            .then(|| Response::Data(json!({"items": {"results": rows, "totalNumberOfPages": 1}})))
    })
    .await;
    let file = temp_file("people.csv", "Email\nnia@acme.example\nned@acme.example\n");
    let acme = service.reseller.company(ACME).await.unwrap();
    let import = acme.import_users(Sheet::open(&file.path).unwrap());
    let preview = import
        .select(PERSON)
        .select("ned@acme.example")
        .await
        .unwrap();
    let receipt = preview.confirm().await.unwrap();
    let bodies = service.bodies("POST /api/target-users/tRansact1on0/import");
    assert_eq!(bodies[0]["selectedResourceIds"], json!(["r1"]));
    let rejected: Vec<_> = receipt
        .rejected
        .iter()
        .map(|it| (it.row, it.to_string()))
        .collect();
    let message = "people.csv, row 3: the service shows no row with this e-mail address";
    assert_eq!(rejected, [(Some(3), message.to_owned())]);
    assert_eq!((receipt.imported, receipt.expected), (1, 2));
    assert!(!receipt.is_complete());
}

#[tokio::test]
async fn job_of_too_many_rows_is_not_verified() {
    let check = async |mode: ImportMode, rows: u64, is_verified: bool| {
        let service = ScriptedService::start(move |request, _| {
            let process = json!({"name": "Import", "currentCount": rows, "targetCount": rows,
                "isFinished": true});
            let job = json!({"resourceId": "jOb", "status": 3, "isFinished": true,
                "processResults": [process]});
            match request.line.as_str() {
                "GET /api/jobs/jOb" => Some(Response::Data(job)),
                line if line.ends_with("/import") => {
                    Some(Response::Data(json!({"resourceId": "jOb"})))
                }
                _ => None,
            }
        })
        .await;
        let file = temp_file("people.csv", "Email\nnia@acme.example\n");
        let acme = service.reseller.company(ACME).await.unwrap();
        let import = acme.import_users(Sheet::open(&file.path).unwrap());
        let import = match mode {
            ImportMode::Selected => import.select(PERSON),
            mode => import.mode(mode),
        };
        let receipt = import.await.unwrap().confirm().await.unwrap();
        assert_eq!(
            receipt.is_reconciled(),
            is_verified,
            "{mode:?} {rows}: {receipt}"
        );
        let says_so = receipt.to_string().contains("took 5 rows in place of 1");
        assert_eq!(says_so, !is_verified, "{receipt}");
    };
    check(ImportMode::Selected, 1, true).await;
    check(ImportMode::Selected, 5, false).await;
    check(ImportMode::New, 5, false).await;
}
