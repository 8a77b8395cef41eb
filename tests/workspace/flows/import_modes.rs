//! Which of the people in a file an import takes.

use super::service::{ACME, DIALECTS, Service};
use super::{fixture, made};
use keepnet_flows::{ErrorKind, ImportMode, Sheet};
use keepnet_sandbox::Dialect;

/// Ada and Ivy are users of Acme already, Sam comes from an identity provider.
const MIXED: &str = "Email,Department\nada@acme.example,New\nIVY@acme.example,New\n\
    sam@acme.example,New\nnia@acme.example,New\nned@acme.example,New\n";

#[tokio::test]
async fn a_mode_imports_its_people_and_no_others() {
    async fn check(dialect: Dialect, mode: ImportMode, created: u64, updated: u64, sent: &[u16]) {
        let service = Service::start(dialect).await;
        let file = made("mixed.csv", MIXED);
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
        assert_eq!(counted("created"), created, "{dialect} {mode:?}");
        assert_eq!(counted("updated"), updated, "{dialect} {mode:?}");
        assert_eq!(receipt.mode, mode);
        assert!(receipt.is_reconciled(), "{dialect} {mode:?}: {receipt:?}");
        let requests = service.sandbox.requests();
        let answers: Vec<_> = requests
            .iter()
            .filter(|request| request.path.ends_with("/import"))
            .map(|request| request.status)
            .collect();
        assert_eq!(answers, sent, "{dialect} {mode:?}");
    }
    use Dialect::{Documented, Observed};
    check(Documented, ImportMode::All, 2, 2, &[200]).await;
    check(Observed, ImportMode::All, 2, 2, &[400, 200]).await;
    check(Documented, ImportMode::New, 2, 0, &[400, 200]).await;
    check(Observed, ImportMode::New, 2, 0, &[200]).await;
    check(Documented, ImportMode::Existing, 0, 2, &[400, 200]).await;
    check(Observed, ImportMode::Existing, 0, 2, &[200]).await;
    check(Documented, ImportMode::Selected, 1, 1, &[200]).await;
    check(Observed, ImportMode::Selected, 1, 1, &[400, 200]).await;
}

#[tokio::test]
async fn an_import_with_nothing_to_do_sends_nothing() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let file = made("known.csv", "Email\nada@acme.example\n");
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
async fn selecting_nobody_or_somebody_who_is_not_in_the_file_is_an_error() {
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
