//! A fleet whose files vanish or cannot be written, and one beside other work for its customers.

use std::fs;
use std::path::Path;

use futures::StreamExt as _;
use keepnet_flows::{FleetEvent, FleetLedger, FleetOutcome, FleetState, Sheet, TicketFolder};
use keepnet_sandbox::Dialect;
use serde_json::json;

use super::ended;
use super::syncs::{Setup, changed, id, name};

/// Four customers: two people join the first, third and fourth, of whom the third has an import.
async fn setup() -> Setup {
    let mut setup = Setup::new(Dialect::Observed, 4).await;
    for number in [1, 3, 4] {
        setup.write_list(number, |emails| changed(emails, 1, 2));
    }
    setup.set(3, json!({ "import": "3.csv" }));
    setup
}

/// As many people as the lists of [`setup`] add, each once.
const JOINERS: u64 = 6;

fn check_reasons(outcomes: &[FleetOutcome], expected: &str) {
    for outcome in outcomes {
        let why = outcome.why.as_deref().unwrap_or_default();
        assert!(!outcome.outcome.is_good(), "{outcome:?}");
        assert_eq!(why.matches(expected).count(), 1, "{why}");
        assert!(!why.contains('\n'), "{why}");
    }
}

async fn reaches_the_goal(setup: &Setup) {
    let rest = setup.resume().await;
    assert!(rest.iter().all(|it| it.outcome.is_good()), "{rest:?}");
    assert_eq!(setup.ledger().unfinished(), Some(0));
    assert_eq!(setup.service.counter("usersCreated"), JOINERS);
}

#[tokio::test]
async fn ledger_that_vanishes_stops_the_writes() {
    let setup = setup().await;
    let tickets = TicketFolder::new(setup.folder().join("tickets"));
    let ledger = setup.ledger().tickets(&tickets);
    let mut run = setup.checked().await.run(ledger).unwrap();
    assert!(matches!(run.next().await, Some(FleetEvent::Started(_))));
    let aside = setup.folder().join("aside");
    fs::rename(setup.ledger_folder(), &aside).unwrap();
    let before = setup.service.counter("usersCreated");
    let outcomes = ended(run).await;
    assert_eq!(outcomes.len(), 4);
    check_reasons(&outcomes, "put its folder back and resume the fleet");
    assert_eq!(setup.service.counter("usersCreated"), before);
    fs::rename(aside, setup.ledger_folder()).unwrap();
    reaches_the_goal(&setup).await;
}

#[tokio::test]
async fn tickets_that_cannot_be_written_stop_the_writes() {
    let setup = setup().await;
    let path = setup.folder().join("tickets");
    fs::write(&path, "a file in place of the folder").unwrap();
    let ledger = setup.ledger().tickets(&TicketFolder::new(&path));
    let outcomes = ended(setup.checked().await.run(ledger).unwrap()).await;
    let (unchanged, failed): (Vec<_>, Vec<_>) = outcomes
        .into_iter()
        .partition(|it| it.outcome == FleetState::Unchanged);
    assert!(
        unchanged.iter().all(|it| it.company_id == id(2)),
        "{unchanged:?}"
    );
    check_reasons(&failed, "tickets");
    assert_eq!(setup.service.counter("usersCreated"), 0);
    fs::remove_file(path).unwrap();
    reaches_the_goal(&setup).await;
}

#[tokio::test]
async fn fleet_beside_a_single_sync_writes_nobody_twice() {
    let setup = setup().await;
    let fleet = setup.checked().await;
    let (ledger, tickets) = (setup.ledger(), setup.tickets());
    let company = setup.service.reseller.company(&id(1)).await.unwrap();
    let sheet = Sheet::options().open(setup.list_path(1)).unwrap();
    let single = async {
        let plan = company.sync_users(sheet).ticket(&tickets).plan().await?;
        plan.apply().await
    };
    let (outcomes, single) = tokio::join!(ended(fleet.run(ledger).unwrap()), single);
    for outcome in &outcomes {
        let why = outcome.why.as_deref().unwrap_or_default();
        let is_beside = outcome.company_id == id(1) && why.contains("another");
        assert!(outcome.outcome.is_good() || is_beside, "{outcome:?}");
    }
    if let Err(error) = single {
        assert!(error.to_string().contains("another"), "{error}");
    }
    reaches_the_goal(&setup).await;
}

#[tokio::test]
async fn fleets_with_the_same_customers_write_nobody_twice() {
    let setup = setup().await;
    let tickets = TicketFolder::new(setup.folder().join("tickets"));
    let ledger = |place: &Path| FleetLedger::open(place).unwrap().tickets(&tickets);
    let other = setup.folder().join("other");
    let one = setup
        .checked()
        .await
        .only(&[name(1), name(2), name(3)])
        .unwrap();
    let two = setup
        .checked()
        .await
        .only(&[name(2), name(3), name(4)])
        .unwrap();
    let one = one.run(ledger(&setup.ledger_folder())).unwrap();
    let two = two.run(ledger(&other)).unwrap();
    let (one, two) = tokio::join!(ended(one), ended(two));
    for outcome in one.iter().chain(&two) {
        let why = outcome.why.as_deref().unwrap_or_default();
        assert!(
            outcome.outcome.is_good() || why.contains("another"),
            "{outcome:?}"
        );
    }
    let ledger = FleetLedger::open(&other).unwrap();
    let (file, folder) = (setup.file(), setup.folder());
    let rest = setup
        .service
        .reseller
        .resume_fleet(&file, folder, &ledger)
        .await;
    let rest = ended(rest.unwrap().run(ledger).unwrap()).await;
    assert!(rest.iter().all(|it| it.outcome.is_good()), "{rest:?}");
    reaches_the_goal(&setup).await;
}
