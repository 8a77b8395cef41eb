//! The imports of a fleet: their ledger, and how they go on after their process has ended.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::BoxStream;
use keepnet_flows::{ErrorKind, Fleet, FleetEvent, FleetFile, FleetLedger, FleetState};
use keepnet_sandbox::{Answer, Dialect, RequestPattern, Sandbox, Seed};
use serde_json::json;
use tempfile::TempDir;

use super::ended;
use crate::flows::service::Service;

const PEOPLE: u64 = 5;

/// A service with this many customers, and a staff list for each in a folder.
async fn setup(customers: usize) -> (Service, TempDir, FleetFile) {
    let now = "2027-01-15T08:00:00Z".parse().unwrap();
    let seed = Seed::fleet(customers, 0, now);
    let sandbox = Sandbox::builder().dialect(Dialect::Observed).seed(seed);
    let service = Service::build(sandbox.clock(move || now)).await;
    let folder = tempfile::tempdir().unwrap();
    let mut entries = serde_json::Map::new();
    for number in 1..=customers {
        let mut list = "Email,First name\n".to_owned();
        for person in 1..=PEOPLE {
            writeln!(list, "p{person}@c{number}.example,Nia").unwrap();
        }
        let name = format!("{number}.csv");
        fs::write(folder.path().join(&name), list).unwrap();
        entries.insert(format!("Customer {number:04}"), json!({ "import": name }));
    }
    let fleet = serde_json::from_value(json!({ "customers": entries })).unwrap();
    (service, folder, fleet)
}

async fn checked(service: &Service, folder: &TempDir, file: &FleetFile) -> Fleet {
    service.reseller.fleet(file, folder.path()).await.unwrap()
}

fn ledger(folder: &TempDir) -> FleetLedger {
    FleetLedger::open(folder.path().join("ledger")).unwrap()
}

async fn resumed(
    service: &Service,
    folder: &TempDir,
    file: &FleetFile,
) -> BoxStream<'static, FleetEvent> {
    let ledger = ledger(folder);
    let rest = service.reseller.resume_fleet(file, folder.path(), &ledger);
    rest.await.unwrap().run(ledger).unwrap()
}

fn created(service: &Service) -> BTreeMap<String, u64> {
    let state = service.sandbox.state();
    let companies = state["companies"].as_array().unwrap().iter();
    let created = companies.map(|it| {
        (
            it["name"].as_str().unwrap().to_owned(),
            it["counters"]["created"].as_u64().unwrap(),
        )
    });
    created
        .filter(|(name, _)| name.starts_with("Customer"))
        .collect()
}

#[tokio::test]
async fn customer_that_fails_stops_no_other() {
    let (service, folder, file) = setup(12).await;
    let mine = checked(&service, &folder, &file).await;
    let before = service.sandbox.requests().len();
    let outcomes = ended(mine.run(ledger(&folder)).unwrap()).await;
    let of = |name: &str| outcomes.iter().find(|it| it.company == name).unwrap();
    assert_eq!(outcomes.len(), 12);
    let closed = of("Customer 0006");
    assert_eq!(closed.outcome, FleetState::Failed);
    assert!(
        closed.why.as_ref().unwrap().contains("Customer 0006"),
        "{closed:?}"
    );
    let done = outcomes.iter().filter(|it| it.outcome == FleetState::Done);
    let counts = done.map(|it| (it.imported, it.joined, it.changed));
    let expected = (Some(PEOPLE), Some(PEOPLE), Some(0));
    assert_eq!(counts.collect::<Vec<_>>(), [expected; 11]);
    for request in &service.sandbox.requests()[before..] {
        if let Some(company) = &request.keepnet_company_id {
            assert!(mine_ids(12).contains(company), "{company}");
        }
    }
    let text = fs::read_to_string(folder.path().join("ledger/ledger.ndjson")).unwrap();
    assert!(
        !text.contains('@') && text.contains("Customer 0006"),
        "{text}"
    );

    // Only the customer that failed is left.
    let again = ended(resumed(&service, &folder, &file).await).await;
    assert_eq!(again.len(), 1, "{again:?}");
    assert_eq!(again[0].company, "Customer 0006");
    assert!(
        created(&service)
            .values()
            .all(|it| *it == 0 || *it == PEOPLE)
    );
}

fn mine_ids(customers: usize) -> Vec<String> {
    (1..=customers)
        .map(|number| format!("cuSt{number:08}"))
        .collect()
}

#[tokio::test]
async fn run_that_ends_anywhere_is_resumed_without_repeats() {
    for requests in (3..=60).step_by(6) {
        let (service, folder, file) = setup(5).await;
        let mine = checked(&service, &folder, &file).await;
        let start = service.sandbox.requests().len();
        let mut run = mine.run(ledger(&folder)).unwrap();
        let mut finished = 0;
        while service.sandbox.requests().len() - start < requests && finished < 5 {
            match tokio::time::timeout(Duration::from_millis(1), run.next()).await {
                Ok(Some(FleetEvent::Finished(_))) => finished += 1,
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(_) => {}
            }
        }
        drop(run);
        // What is in flight when a process ends reaches the service or does not.
        let rest = ended(resumed(&service, &folder, &file).await).await;
        let bad: Vec<_> = rest
            .iter()
            .filter(|it| !matches!(it.outcome, FleetState::Done | FleetState::Unchanged))
            .collect();
        assert!(bad.is_empty(), "{requests}: {bad:?}");
        let counts = created(&service);
        assert!(
            counts.values().all(|it| *it == PEOPLE),
            "{requests}: {counts:?}"
        );
        assert_eq!(
            service.counter("imports"),
            5,
            "{requests}: one import for each customer"
        );
        assert_eq!(ledger(&folder).unfinished(), Some(0), "{requests}");
    }
}

#[tokio::test]
async fn two_runs_of_one_fleet_do_not_overlap() {
    let (service, folder, file) = setup(2).await;
    let mine = checked(&service, &folder, &file).await;
    let mut run = mine.clone().run(ledger(&folder)).unwrap();
    assert!(matches!(run.next().await, Some(FleetEvent::Started(_))));
    let error = FleetLedger::open(folder.path().join("ledger")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    drop(run);
    let error = mine.run(ledger(&folder)).err().unwrap();
    assert_eq!(
        error.kind(),
        ErrorKind::Conflict,
        "the first run is resumed, not repeated"
    );
}

#[tokio::test]
async fn run_of_another_service_is_not_resumed() {
    let (service, folder, file) = setup(2).await;
    let (other, _, _) = setup(2).await;
    let mine = checked(&service, &folder, &file).await;
    let mut run = mine.run(ledger(&folder)).unwrap();
    assert!(matches!(run.next().await, Some(FleetEvent::Started(_))));
    drop(run);
    let mine = ledger(&folder);
    let rest = other.reseller.resume_fleet(&file, folder.path(), &mine);
    let error = rest.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.to_string().contains(service.sandbox.url()), "{error}");
    assert_eq!(created(&other).values().sum::<u64>(), 0);
}

#[tokio::test]
async fn ledger_is_read_whole_or_refused() {
    let check = async |line: &[u8], expected: Result<usize, ErrorKind>| {
        let (service, folder, file) = setup(1).await;
        let mine = checked(&service, &folder, &file).await;
        ended(mine.run(ledger(&folder)).unwrap()).await;
        let path = folder.path().join("ledger/ledger.ndjson");
        let mut text = fs::read(&path).unwrap();
        text.extend_from_slice(line);
        fs::write(&path, text).unwrap();
        let opened = FleetLedger::open(folder.path().join("ledger"));
        let unfinished = opened.map(|it| it.unfinished().unwrap());
        let shown = String::from_utf8_lossy(line);
        assert_eq!(
            unfinished.map_err(|error| error.kind()),
            expected,
            "{shown}"
        );
    };
    check(b"", Ok(0)).await;
    check(br#"{"company_id":"cu"#, Ok(0)).await;
    // The first byte of a letter that has two.
    check(b"{\"company_id\":\"\xc4", Ok(0)).await;
    check(
        br#"{"company_id":"cuSt00000001","outcome":"asleep"}"#,
        Err(ErrorKind::Invalid),
    )
    .await;
    check(br#"{"fleet":[]}"#, Err(ErrorKind::Invalid)).await;
}

#[tokio::test]
async fn changed_file_and_renamed_customer_are_refused() {
    let (service, folder, file) = setup(3).await;
    let mine = checked(&service, &folder, &file).await;
    fs::write(folder.path().join("1.csv"), "Email\nother@c1.example\n").unwrap();
    let renamed = RequestPattern::of("GET /api/companies/{resourceId}").unwrap();
    let company = json!({ "resourceId": "cuSt00000002", "name": "Renamed" });
    service
        .sandbox
        .stub(renamed, Answer::data(company).times(3));
    let outcomes = ended(mine.run(ledger(&folder)).unwrap()).await;
    let ends: BTreeMap<_, _> = outcomes
        .iter()
        .map(|it| (it.company_id.as_str(), it.outcome))
        .collect();
    assert_eq!(ends["cuSt00000001"], FleetState::Refused, "{outcomes:?}");
    assert_eq!(ends["cuSt00000002"], FleetState::Refused, "{outcomes:?}");
    let counts = created(&service);
    assert_eq!(counts["Customer 0001"] + counts["Customer 0002"], 0);
}

#[tokio::test]
async fn fleet_is_checked_before_the_first_call() {
    let (service, folder, file) = setup(3).await;
    fs::write(folder.path().join("2.csv"), "Email\nno address\n").unwrap();
    fs::remove_file(folder.path().join("3.csv")).unwrap();
    let before = service.sandbox.requests().len();
    let error = service
        .reseller
        .fleet(&file, folder.path())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    let text = error.to_string();
    assert!(
        text.contains("Customer 0002") && text.contains("Customer 0003"),
        "{text}"
    );
    assert!(
        !text.contains("Customer 0001") && !text.contains('\n'),
        "{text}"
    );
    assert_eq!(service.sandbox.requests().len(), before);
    fs::write(
        folder.path().join("1.csv"),
        "Emial,Name\na@c1.example,Nia\n",
    )
    .unwrap();
    let error = service
        .reseller
        .fleet(&file, folder.path())
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("Customer 0001: column A"),
        "{error}"
    );
    let unknown = json!({ "customers": { "One": { "import": "1.csv", "delete": true } } });
    assert!(serde_json::from_value::<FleetFile>(unknown).is_err());
}
