//! Customers of a fleet that are forbidden, hang, or are not what they were: each costs its own place.

use std::fs;
use std::time::Duration;

use futures::StreamExt as _;
use keepnet_flows::{ErrorKind, FleetEvent, FleetLedger, FleetOutcome, FleetState, TicketFolder};
use keepnet_sandbox::{Answer, Dialect, RequestPattern, Sandbox, Seed};
use serde_json::json;

use super::ended;
use super::syncs::{Setup, changed, id, name, of};
use crate::flows::service::Service;

#[tokio::test]
async fn bad_customers_cost_their_own_place() {
    let mut setup = Setup::new(Dialect::Observed, 40).await;
    setup.write_list(1, |emails| changed(emails, 1, 1));
    setup.write_list(32, |emails| changed(emails, 1, 2));
    let sandbox = &setup.service.sandbox;
    sandbox.add_fault(format!("status=403,company={}", id(8)).parse().unwrap());
    sandbox.add_fault(format!("latency=300s,company={}", id(9)).parse().unwrap());
    let before = setup.counters();
    let timeout = Duration::from_secs(600);
    let fleet = setup.checked().await.customer_timeout(timeout);
    let start = sandbox.requests().len();
    let mut run = fleet.run(setup.ledger()).unwrap();
    let mut outcomes: Vec<FleetOutcome> = Vec::new();
    while outcomes.len() < 39 {
        outcomes.extend(run.next().await.and_then(FleetEvent::into_outcome));
    }
    // All others have ended beside the one that hangs.
    setup.service.clock.advance(timeout);
    outcomes.extend(ended(run).await);

    let bad = [
        (6, FleetState::Failed, "PRIVACY"),
        (8, FleetState::Failed, "403"),
        (9, FleetState::Failed, "it took longer than 10 minutes"),
        (32, FleetState::Refused, "set beyond-license"),
    ];
    for (number, state, why) in bad {
        let outcome = of(&outcomes, number);
        let text = outcome.why.as_deref().unwrap_or_default();
        assert_eq!(outcome.outcome, state, "{outcome:?}");
        assert!(text.contains(why) && !text.contains('\n'), "{why}: {text}");
    }
    let good = outcomes
        .iter()
        .filter(|it| it.outcome == FleetState::Unchanged);
    assert_eq!(good.count(), 35);
    assert_eq!(of(&outcomes, 1).outcome, FleetState::Done);
    let after = setup.counters();
    assert_eq!(after["usersCreated"], before["usersCreated"] + 1);
    assert_eq!(after["usersUpdated"], before["usersUpdated"] + 1);

    let requests = sandbox.requests()[start..].to_vec();
    let companies: Vec<_> = requests
        .iter()
        .filter_map(|it| it.keepnet_company_id.clone())
        .collect();
    let frozen: Vec<_> = (1..=40).map(id).collect();
    assert!(
        companies.iter().all(|it| frozen.contains(it)),
        "{companies:?}"
    );
    let of_unchanged = companies.iter().filter(|it| **it == id(2)).count();
    let pages = 2;
    assert!(
        of_unchanged <= pages + 1,
        "{of_unchanged}, and one for the customer itself"
    );

    // What hung goes on when it does not any more.
    sandbox.clear_faults();
    setup.set(32, json!({ "sync": "32.csv", "beyond-license": true }));
    let again = setup.resume().await;
    let good: Vec<_> = again.iter().filter(|it| it.outcome.is_good()).collect();
    assert_eq!((again.len(), good.len()), (4, 3), "{again:?}");
}

#[tokio::test]
async fn customer_that_is_not_the_frozen_one_is_refused() {
    let setup = Setup::new(Dialect::Observed, 3).await;
    for number in 1..=3 {
        setup.write_list(number, |emails| changed(emails, 1, 0));
    }
    let fleet = setup.checked().await;
    let get = || RequestPattern::of("GET /api/companies/{resourceId}").unwrap();
    let before = setup.counters();
    let check = async |answer: Answer, why: &str| {
        setup.service.sandbox.stub(get(), answer.times(1));
        let empty = json!({ "results": [], "totalNumberOfRecords": 0, "totalNumberOfPages": 0 });
        let search = RequestPattern::of("POST /api/companies/search").unwrap();
        setup
            .service
            .sandbox
            .stub(search, Answer::data(empty).times(3));
        let folder = tempfile::tempdir().unwrap();
        let ledger = FleetLedger::open(folder.path()).unwrap();
        let one = fleet.clone().only(&[name(1)]).unwrap();
        let outcomes = ended(one.run(ledger).unwrap()).await;
        assert_eq!(outcomes[0].outcome, FleetState::Refused, "{outcomes:?}");
        let text = outcomes[0].why.as_ref().unwrap();
        assert!(text.contains(why) && !text.contains('\n'), "{text}");
    };
    let renamed = json!({ "resourceId": id(1), "name": "Another" });
    check(Answer::data(renamed), "is named \"Another\" now").await;
    check(
        Answer::error(404, "no such company"),
        "not one of this reseller any more",
    )
    .await;
    check(
        Answer::error(403, "not yours"),
        "not one of this reseller any more",
    )
    .await;
    assert_eq!(setup.counters(), before, "nothing was written");
}

#[tokio::test]
async fn person_begins_anew_with_one_customer() {
    let mut setup = Setup::new(Dialect::Observed, 4).await;
    setup.write_list(1, |emails| changed(emails, 1, 1));
    setup.write_list(3, |_| {
        vec!["new@c3.example".to_owned(), "nobody".to_owned()]
    });
    setup.set(3, json!({ "import": "3.csv", "domains": ["c3.example"] }));
    setup.run().await;
    let mut ledger = setup.ledger();
    let error = ledger.begin_anew(&["Nobody".to_owned()]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    ledger.begin_anew(&[name(1), id(3)]).unwrap();
    drop(ledger);
    assert_eq!(setup.ledger().in_progress(), 2, "it is kept in the ledger");
    let again = setup.resume().await;
    let ends: Vec<_> = again
        .iter()
        .map(|it| (it.company_id.clone(), it.outcome))
        .collect();
    let expected = [(id(1), FleetState::Unchanged), (id(3), FleetState::Failed)];
    assert_eq!(ends, expected, "{again:?}");
    assert_eq!(
        setup.service.counter("imports"),
        3,
        "one of the sync, two of the import"
    );
}

#[tokio::test]
async fn id_that_is_another_name_chooses_nobody() {
    let now = "2027-01-15T08:00:00Z".parse().unwrap();
    let mut seed = Seed::fleet(3, 2, now);
    seed.company_groups.clear();
    seed.companies[2].name = id(1);
    let sandbox = Sandbox::builder().seed(seed);
    let service = Service::build(sandbox.clock(move || now)).await;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("list.csv"), "Email\nnia@c1.example\n").unwrap();
    let entry = json!({ "import": "list.csv", "domains": ["c1.example"] });
    let check = async |names: [&str; 2]| {
        let file = json!({ "customers": { names[0]: entry, names[1]: entry } });
        let file = serde_json::from_value(file).unwrap();
        service.reseller.fleet(&file, folder.path()).await
    };
    // The entry may be of either.
    let error = check([&id(1), &id(3)]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Ambiguous);
    let fleet = check([&name(1), &id(2)]).await.unwrap();
    let error = fleet.clone().only(&[id(1)]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Ambiguous);
    assert_eq!(error.candidates().len(), 2, "{error}");
    let ledger = || FleetLedger::open(folder.path().join("ledger")).unwrap();
    let outcomes = ended(fleet.only(&[name(1)]).unwrap().run(ledger()).unwrap()).await;
    let ends: Vec<_> = outcomes
        .iter()
        .map(|it| (&*it.company_id, it.outcome))
        .collect();
    assert_eq!(ends, [(&*id(1), FleetState::Done)], "{outcomes:?}");
}

/// Six of eight customers use up what retries they have; the last one needs one.
#[tokio::test]
async fn failing_writes_leave_retries_to_others() {
    for (fault, state) in [
        (
            "status=503,on=POST /api/target-users/upload",
            FleetState::Failed,
        ),
        (
            "status=503,on=POST /api/target-users/search",
            FleetState::Failed,
        ),
    ] {
        let setup = Setup::new(Dialect::Observed, 8).await;
        let failing = [1, 2, 3, 4, 5, 7];
        let sandbox = &setup.service.sandbox;
        for number in failing {
            setup.write_list(number, |emails| changed(emails, 0, 1));
            sandbox.add_fault(format!("{fault},company={}", id(number)).parse().unwrap());
        }
        setup.write_list(8, |emails| changed(emails, 1, 2));
        let once = format!(
            "status=503,on=POST /api/target-users/search,nth=1,company={}",
            id(8)
        );
        sandbox.add_fault(once.parse().unwrap());
        let outcomes = setup.run().await;
        assert_eq!(
            of(&outcomes, 8).outcome,
            FleetState::Done,
            "{fault}: {outcomes:?}"
        );
        assert_eq!(of(&outcomes, 4).outcome, state, "{fault}: {outcomes:?}");
        sandbox.clear_faults();
        let rest = setup.resume().await;
        let is_reached = |number: usize| of(&rest, number).outcome.is_good();
        assert!(
            [1, 3, 4, 7].into_iter().all(is_reached),
            "{fault}: {rest:?}"
        );
    }
}

#[tokio::test]
async fn import_of_another_customers_list_is_refused() {
    let mut setup = Setup::new(Dialect::Observed, 2).await;
    setup.write_list(1, |_| vec!["nia@globex.example".to_owned()]);
    setup.set(1, json!({ "import": "1.csv" }));
    let why = "1 of 1 person has a domain that no or few people of the company have: globex.example (1); if the list \
        is right, set domains";
    let plan = &setup.plan().await[0];
    assert_eq!(plan.outcome, FleetState::Refused);
    assert_eq!(plan.refusals, ["unknown_domains"]);
    assert_eq!(plan.why.as_deref(), Some(why));

    let outcomes = setup.run().await;
    let refused = of(&outcomes, 1);
    assert_eq!(refused.outcome, FleetState::Refused);
    assert_eq!(refused.refusals, ["unknown_domains"]);
    assert_eq!(refused.why.as_deref(), Some(why));
    assert_eq!(setup.service.counter("uploads"), 0);

    setup.set(
        1,
        json!({ "import": "1.csv", "domains": ["globex.example"] }),
    );
    assert_eq!(setup.plan().await[0].outcome, FleetState::Planned);
    assert_eq!(of(&setup.resume().await, 1).outcome, FleetState::Done);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn fleet_in_a_folder_no_ledger_can_hold_is_refused() {
    use std::os::unix::ffi::OsStrExt as _;

    let mut setup = Setup::new(Dialect::Observed, 1).await;
    let folder = std::ffi::OsStr::from_bytes(b"f\xFE");
    let folder = setup.folder().join(folder);
    fs::create_dir(&folder).unwrap();
    fs::copy(setup.list_path(1), folder.join("1.csv")).unwrap();
    let first = setup.service.sandbox.requests().len();
    let check = |error: keepnet_flows::Error, path: &str| {
        assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
        let text = error.to_string();
        assert!(text.contains(path) && !text.contains('\n'), "{text}");
    };
    let fleet = setup.service.reseller.fleet(&setup.file(), &folder).await;
    check(fleet.unwrap_err(), "f\\xFE/1.csv\"");
    fs::write(folder.join("columns.json"), r#"{"Email": "Email"}"#).unwrap();
    let list = setup.list_path(1);
    setup.set(1, json!({ "sync": list, "mapping": "columns.json" }));
    let fleet = setup.service.reseller.fleet(&setup.file(), &folder).await;
    check(fleet.unwrap_err(), "f\\xFE/columns.json\"");
    assert_eq!(setup.service.sandbox.requests().len(), first);

    setup.set(1, json!({ "sync": "1.csv" }));
    let fleet = setup.checked().await;
    let ledger = setup.ledger().tickets(&TicketFolder::new(&folder));
    check(fleet.run(ledger).err().unwrap(), "f\\xFE\"");
    let ledger = fs::read(setup.ledger_folder().join("ledger.ndjson")).unwrap();
    assert!(ledger.is_empty());
}
