//! The synchronizations of a fleet: what is planned, what is done, and how it goes on.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use futures::StreamExt as _;
use keepnet_flows::{
    ErrorKind, Fleet, FleetEvent, FleetFile, FleetLedger, FleetOutcome, FleetPlan, FleetState,
    Reseller, SyncTicket, TicketFolder,
};
use keepnet_sandbox::{Dialect, Sandbox, Seed};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::ended;
use crate::flows::service::Service;

/// As many people as each customer has.
const PEOPLE: usize = 20;

/// A service with customers, and a folder with their lists, which say what the customers have.
pub(super) struct Setup {
    pub(super) service: Service,
    folder: TempDir,
    entries: BTreeMap<String, Value>,
}

impl Setup {
    pub(super) async fn new(dialect: Dialect, customers: usize) -> Setup {
        Setup::seeded(dialect, customers, |_| {}).await
    }

    /// The same with other data, in which the company 0 is the reseller.
    pub(super) async fn seeded(
        dialect: Dialect,
        customers: usize,
        adjust: impl FnOnce(&mut Seed),
    ) -> Setup {
        let now = "2027-01-15T08:00:00Z".parse().unwrap();
        let mut seed = Seed::fleet(customers, PEOPLE, now);
        adjust(&mut seed);
        let sandbox = Sandbox::builder().dialect(dialect).seed(seed);
        let mut setup = Setup {
            service: Service::build(sandbox.clock(move || now)).await,
            folder: tempfile::tempdir().unwrap(),
            entries: BTreeMap::new(),
        };
        for number in 1..=customers {
            setup.write_list(number, |emails| emails.to_vec());
            setup.set(number, json!({ "sync": format!("{number}.csv") }));
        }
        setup
    }

    pub(super) fn emails(&self, number: usize) -> Vec<String> {
        let company = self.service.state_of(&id(number));
        serde_json::from_value(company["emails"].clone()).unwrap()
    }

    /// Writes the list of a customer: an address and a department on each line.
    pub(super) fn write_list(&self, number: usize, people: impl Fn(&[String]) -> Vec<String>) {
        let people = people(&self.emails(number));
        self.write_text(number, &format!("Email\n{}\n", people.join("\n")));
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn list_path(&self, number: usize) -> PathBuf {
        self.folder().join(format!("{number}.csv"))
    }

    /// Writes the list of a customer as it is.
    pub(super) fn write_text(&self, number: usize, text: &str) {
        fs::write(self.list_path(number), text).unwrap();
    }

    pub(super) fn set(&mut self, number: usize, entry: Value) {
        self.entries.insert(name(number), entry);
    }

    pub(super) fn file(&self) -> FleetFile {
        serde_json::from_value(json!({ "customers": self.entries })).unwrap()
    }

    pub(super) fn ledger_folder(&self) -> PathBuf {
        self.folder.path().join("ledger")
    }

    pub(super) fn ledger(&self) -> FleetLedger {
        FleetLedger::open(self.ledger_folder()).unwrap()
    }

    pub(super) fn tickets(&self) -> TicketFolder {
        TicketFolder::new(self.ledger_folder().join("tickets"))
    }

    pub(super) async fn checked(&self) -> Fleet {
        let (file, reseller) = (self.file(), &self.service.reseller);
        reseller.fleet(&file, self.folder.path()).await.unwrap()
    }

    pub(super) async fn plan(&self) -> Vec<FleetPlan> {
        let mut plans: Vec<_> = self.checked().await.plan().collect().await;
        plans.sort_by(|a, b| a.company_id.cmp(&b.company_id));
        plans
    }

    pub(super) async fn run(&self) -> Vec<FleetOutcome> {
        ended(self.checked().await.run(self.ledger()).unwrap()).await
    }

    pub(super) async fn resume(&self) -> Vec<FleetOutcome> {
        self.resume_by(&self.service.reseller).await
    }

    async fn resume_by(&self, reseller: &Reseller) -> Vec<FleetOutcome> {
        let (file, ledger) = (self.file(), self.ledger());
        let rest = reseller.resume_fleet(&file, self.folder.path(), &ledger);
        ended(rest.await.unwrap().run(ledger).unwrap()).await
    }

    pub(super) fn counters(&self) -> BTreeMap<&'static str, u64> {
        let names = ["imports", "usersCreated", "usersUpdated", "usersDeleted"];
        names.map(|name| (name, self.service.counter(name))).into()
    }
}

pub(super) fn id(number: usize) -> String {
    format!("cuSt{number:08}")
}

pub(super) fn name(number: usize) -> String {
    format!("Customer {number:04}")
}

/// The list without its first people, and with new ones.
pub(super) fn changed(emails: &[String], leavers: usize, joiners: usize) -> Vec<String> {
    let domain = emails[0].rsplit_once('@').unwrap().1;
    let stay = emails[leavers..].iter().cloned();
    stay.chain((0..joiners).map(|it| format!("new{it}@{domain}")))
        .collect()
}

pub(super) fn of(outcomes: &[FleetOutcome], number: usize) -> &FleetOutcome {
    outcomes
        .iter()
        .find(|it| it.company_id == id(number))
        .unwrap()
}

#[tokio::test]
async fn plan_shows_each_customer_and_its_guards() {
    let mut setup = Setup::new(Dialect::Observed, 7).await;
    setup.write_list(1, |emails| changed(emails, 1, 2));
    setup.write_list(2, |emails| changed(emails, 1, 2));
    setup.write_list(3, |emails| changed(emails, 6, 0));
    setup.write_list(5, |emails| changed(emails, 0, 3));
    setup.set(5, json!({ "import": "5.csv", "mode": "new" }));
    setup.set(
        4,
        json!({ "sync": "4.csv", "max-leavers": 0, "group": ["Staff"], "create-groups": true }),
    );
    let before = setup.counters();
    let plans = setup.plan().await;
    let check = |number: usize, expected: (FleetState, u64, u64, u64, u64), refusal: &str| {
        let plan = &plans[number - 1];
        let found = (plan.outcome, plan.join, plan.change, plan.leave, plan.stay);
        assert_eq!(found, expected, "{plan:?}");
        assert_eq!(plan.refusals.join(" "), refusal, "{plan:?}");
        assert_eq!(
            plan.why.is_some(),
            !matches!(found.0, FleetState::Planned | FleetState::Unchanged),
            "{plan:?}"
        );
    };
    check(1, (FleetState::Planned, 2, 0, 1, 19), "");
    check(2, (FleetState::Refused, 2, 0, 1, 19), "beyond_license");
    check(3, (FleetState::Refused, 0, 0, 6, 14), "too_many_leavers");
    check(4, (FleetState::Planned, 0, 20, 0, 0), "");
    check(5, (FleetState::Planned, 3, 0, 0, 20), "");
    check(6, (FleetState::Failed, 0, 0, 0, 0), "");
    check(7, (FleetState::Unchanged, 0, 0, 0, 20), "");
    let why = plans[2].why.as_ref().unwrap();
    assert!(why.contains("set max-leavers"), "{why}");
    assert_eq!(setup.counters(), before, "a plan writes nothing");
}

#[tokio::test]
async fn run_tells_how_each_customer_ended() {
    for dialect in [Dialect::Documented, Dialect::Observed] {
        let setup = Setup::new(dialect, 7).await;
        setup.write_list(1, |emails| changed(emails, 1, 2));
        setup.write_list(3, |emails| changed(emails, 6, 0));
        setup.write_list(4, |emails| {
            [&changed(emails, 1, 1)[..], &["nobody".to_owned()]].concat()
        });
        let outcomes = setup.run().await;
        let check = |number: usize, state: FleetState, counts: [u64; 3], why: &str| {
            let outcome = of(&outcomes, number);
            let found = [outcome.joined, outcome.changed, outcome.left];
            let counts = counts.map(Some);
            assert_eq!((outcome.outcome, found), (state, counts), "{outcome:?}");
            let text = outcome.why.as_deref().unwrap_or_default();
            assert!(
                text.contains(why) && text.is_empty() == why.is_empty(),
                "{text}"
            );
        };
        check(1, FleetState::Done, [2, 0, 1], "");
        check(2, FleetState::Unchanged, [0, 0, 0], "");
        check(
            3,
            FleetState::Refused,
            [0, 0, 0],
            "6 of 19 people would leave",
        );
        check(4, FleetState::Refused, [0, 0, 0], "set unreadable-rows");
        check(6, FleetState::Failed, [0, 0, 0], "Customer 0006");
        assert_eq!(of(&outcomes, 3).refusals, ["too_many_leavers"]);
        let text = fs::read_to_string(setup.ledger_folder().join("ledger.ndjson")).unwrap();
        assert!(!text.contains('@') && text.contains("sync-"), "{text}");
        let end = |outcome: &FleetOutcome| outcome.ended_at.clone().unwrap_or_default();
        for outcome in &outcomes {
            assert!(end(outcome).starts_with("2027-01-15T08:"), "{outcome:?}");
        }
    }
}

#[tokio::test]
async fn fleet_records_when_customers_were_synchronized() {
    let setup = Setup::new(Dialect::Observed, 4).await;
    setup.write_list(4, |emails| changed(emails, 1, 1));
    setup.write_list(3, |emails| changed(emails, 6, 0));
    let outcomes = setup.run().await;
    let tickets = TicketFolder::new(setup.ledger_folder().join("tickets"));
    let recorded = tickets.recorded_syncs(&setup.service.reseller).unwrap();
    let is_recorded = [1, 3, 4].map(|number| recorded.last(&id(number)).is_some());
    assert_eq!(is_recorded, [true, false, true], "{outcomes:?}");
}

#[tokio::test]
async fn ledger_lines_without_an_end_are_read() {
    let setup = Setup::new(Dialect::Observed, 2).await;
    setup.write_list(2, |emails| changed(emails, 6, 0));
    setup.run().await;
    let path = setup.ledger_folder().join("ledger.ndjson");
    let text = fs::read_to_string(&path).unwrap();
    let older = text
        .lines()
        .map(|line| match serde_json::from_str::<Value>(line) {
            Ok(Value::Object(mut line)) => {
                line.remove("ended_at");
                Value::Object(line).to_string()
            }
            _ => line.to_owned(),
        });
    let older: Vec<_> = older.collect();
    assert!(!older.concat().contains("ended_at"));
    fs::write(&path, older.join("\n") + "\n").unwrap();
    assert_eq!(setup.ledger().unfinished(), Some(1));
    let outcomes = setup.resume().await;
    assert_eq!(of(&outcomes, 2).outcome, FleetState::Refused);
    assert!(of(&outcomes, 2).ended_at.is_some());
}

#[tokio::test]
async fn corrected_customers_are_tried_again_alone() {
    let mut setup = Setup::new(Dialect::Observed, 6).await;
    setup.write_list(1, |emails| changed(emails, 1, 1));
    setup.write_list(3, |emails| changed(emails, 6, 0));
    setup.write_list(4, |emails| {
        [&changed(emails, 0, 1)[..], &["nobody".to_owned()]].concat()
    });
    setup.write_list(5, |_| {
        vec!["new@c5.example".to_owned(), "nobody".to_owned()]
    });
    setup.set(5, json!({ "import": "5.csv", "domains": ["c5.example"] }));
    setup.run().await;
    assert_eq!(setup.ledger().unfinished(), Some(4));
    assert_eq!(setup.ledger().in_progress(), 0, "a new run may begin");

    // Nothing is corrected: the import is not repeated.
    let before = setup.counters();
    let again = setup.resume().await;
    assert_eq!(again.len(), 4, "{again:?}");
    assert_eq!(of(&again, 5).outcome, FleetState::Failed);
    assert_eq!(setup.counters(), before);

    setup.set(3, json!({ "sync": "3.csv", "max-leavers": "50%" }));
    setup.write_list(4, |emails| emails.to_vec());
    setup.write_list(5, |_| {
        vec!["new@c5.example".to_owned(), "nora@c5.example".to_owned()]
    });
    let start = setup.service.sandbox.requests().len();
    let again = setup.resume().await;
    let ends: Vec<_> = again
        .iter()
        .map(|it| (it.company_id.clone(), it.outcome))
        .collect();
    let expected = [
        (3, FleetState::Done),
        (4, FleetState::Unchanged),
        (5, FleetState::Done),
        (6, FleetState::Failed),
    ];
    assert_eq!(
        ends,
        expected.map(|(number, state)| (id(number), state)),
        "{again:?}"
    );
    for request in &setup.service.sandbox.requests()[start..] {
        let company = request.keepnet_company_id.clone();
        assert!(company.is_none_or(|it| ![id(1), id(2)].contains(&it)));
    }

    // What the fleet file has no more is refused, and the run can be put aside.
    setup.entries.remove(&name(6));
    let again = setup.resume().await;
    assert_eq!(again.len(), 1, "{again:?}");
    assert_eq!(again[0].outcome, FleetState::Refused);
    assert!(setup.ledger().archive().is_ok());
}

/// Three customers with a list of changes, and a run that ended when one has a ticket. Returns the number of
/// that one.
async fn begun() -> (Setup, SyncTicket, usize) {
    let mut setup = Setup::new(Dialect::Observed, 3).await;
    for number in 1..=3 {
        setup.write_list(number, |emails| changed(emails, 1, 2));
    }
    setup.set(2, json!({ "sync": "2.csv", "beyond-license": true }));
    let mut run = setup.checked().await.run(setup.ledger()).unwrap();
    let ledger = setup.ledger_folder().join("ledger.ndjson");
    while !fs::read_to_string(&ledger).unwrap().contains("sync-") {
        assert!(run.next().await.is_some());
    }
    drop(run);
    let ticket = setup.tickets().syncs().unwrap().remove(0);
    let company = &ticket.plan.company.id;
    let number = company.trim_start_matches("cuSt").parse().unwrap();
    (setup, ticket, number)
}

#[tokio::test]
async fn begun_sync_goes_on_from_its_ticket() {
    let (setup, ticket, number) = begun().await;

    // A list that was changed meanwhile is not that of the ticket, and no plan is made beside it.
    let path = setup.folder.path().join(format!("{number}.csv"));
    let list = fs::read_to_string(&path).unwrap();
    fs::write(&path, list.clone() + "late@c1.example\n").unwrap();
    let again = setup.resume().await;
    let refused = of(&again, number);
    assert_eq!(refused.outcome, FleetState::Failed, "{refused:?}");
    assert_eq!(refused.ticket.as_ref(), Some(&ticket.id));
    assert_eq!(setup.ledger().in_progress(), 1);
    assert_eq!(
        setup.ledger().archive().unwrap_err().kind(),
        ErrorKind::Conflict
    );

    fs::write(&path, list).unwrap();
    let again = setup.resume().await;
    assert_eq!(again.len(), 1, "{again:?}");
    assert_eq!(again[0].outcome, FleetState::Done, "{again:?}");
    let tickets = setup.tickets().syncs().unwrap().into_iter();
    let of_company = |it: &SyncTicket| it.plan.company == ticket.plan.company;
    let ids: Vec<_> = tickets.filter(of_company).map(|it| it.id).collect();
    assert_eq!(ids, [ticket.id], "no other plan was made");
    assert_eq!(setup.service.counter("usersCreated"), 6);
}

#[tokio::test]
async fn begun_customer_without_an_entry_is_refused() {
    let (mut setup, ticket, number) = begun().await;
    let entry = setup.entries.remove(&name(number)).unwrap();
    let before = setup.service.state_of(&id(number));
    let refused = setup.resume().await;
    let refused = of(&refused, number);
    assert_eq!(refused.outcome, FleetState::Refused, "{refused:?}");
    assert_eq!(refused.ticket.as_ref(), Some(&ticket.id), "it can go on");
    assert_eq!(setup.service.state_of(&id(number)), before);
    assert_eq!(setup.ledger().in_progress(), 1);

    // Its work is given up, so that a new run may begin.
    setup.ledger().begin_anew(&[id(number)]).unwrap();
    assert_eq!(setup.resume().await[0].ticket, None);
    assert_eq!(setup.ledger().in_progress(), 0);
    setup.entries.insert(name(number), entry);
    assert_eq!(setup.resume().await[0].outcome, FleetState::Done);
    assert_eq!(setup.service.counter("usersCreated"), 6);
}

#[tokio::test]
async fn single_run_can_finish_what_a_fleet_began() {
    let (mut setup, ticket, number) = begun().await;
    let company = setup.service.reseller.company(&id(number)).await.unwrap();
    let (tickets, ledger) = (setup.tickets(), setup.ledger());
    company
        .resume_sync(&tickets, &ticket)
        .start()
        .await
        .unwrap();
    assert_eq!(ledger.in_progress(), 3, "the ledger has it as running");
    drop(ledger);
    setup.entries.remove(&name(number));
    setup.resume().await;
    assert_eq!(setup.ledger().in_progress(), 0);
}

#[tokio::test]
async fn sync_that_ends_anywhere_is_resumed() {
    for requests in (3..=40).step_by(4) {
        let setup = Setup::new(Dialect::Observed, 4).await;
        for number in [1, 3, 4] {
            setup.write_list(number, |emails| changed(emails, 1, 2));
        }
        let mut run = setup.checked().await.run(setup.ledger()).unwrap();
        let start = setup.service.sandbox.requests().len();
        while setup.service.sandbox.requests().len() - start < requests {
            match run.next().await {
                Some(FleetEvent::Finished(_)) | None => break,
                Some(_) => {}
            }
        }
        drop(run);
        let rest = setup.resume_by(&setup.service.another().await).await;
        assert!(
            rest.iter().all(|it| it.outcome.is_good()),
            "{requests}: {rest:?}"
        );
        let counters = setup.counters();
        assert_eq!(counters["usersCreated"], 6, "{requests}");
        assert_eq!(
            counters["usersUpdated"], 3,
            "{requests}: each leaver is written once"
        );
        assert_eq!(setup.ledger().unfinished(), Some(0), "{requests}");
    }
}
