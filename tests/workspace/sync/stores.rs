//! Tickets of synchronizations in stores: what is resumed after each step, and who may run.

use std::sync::{Arc, Mutex};

use futures::future::BoxFuture;
use keepnet_flows::{
    Company, Error, ErrorKind, Leavers, Result, Share, SyncOutcome, SyncReceipt, SyncTicket,
    SyncUsers, TicketFolder, TicketLock, TicketMemory, TicketStore, TryStreamExt as _, UserStatus,
};
use keepnet_sandbox::{Dialect, Sandbox};
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::{crowd, crowd_list, recorded, sheet, sync};
use crate::flows::service::{ACME, DIALECTS, Service};

/// Ada changes, Bob leaves, Ivy is inactive and becomes active, Sam comes from an identity provider, and
/// Nia and Ned join.
const LIST: &str = "Email,Department\nada@acme.example,New\nivy@acme.example,Sales\n\
    sam@acme.example,New\nnia@acme.example,New\nned@acme.example,\n";

/// A store like the journal of an engine: each ticket is kept as text before the next step begins. It
/// stops at one of the tickets, for ever.
#[derive(Clone, Debug)]
struct EngineStore(Arc<Engine>);

#[derive(Debug, Default)]
struct Engine {
    kept: Mutex<Vec<String>>,
    /// The ticket at which it stops, from 1, and whether that is kept.
    stops_at: Option<(usize, bool)>,
    stopped: Notify,
}

impl EngineStore {
    /// A store with the last ticket of an earlier attempt.
    fn new(last: Option<String>, stops_at: Option<(usize, bool)>) -> EngineStore {
        EngineStore(Arc::new(Engine {
            kept: Mutex::new(Vec::from_iter(last)),
            stops_at,
            stopped: Notify::new(),
        }))
    }

    fn last(&self) -> Option<String> {
        self.0.kept.lock().unwrap().last().cloned()
    }
}

impl TicketStore<SyncTicket> for EngineStore {
    fn lock<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<TicketLock>> {
        Box::pin(async { Ok(Box::new(()) as TicketLock) })
    }

    fn find<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<SyncTicket>> {
        Box::pin(async move {
            let missing = || Error::new(ErrorKind::NotFound, format!("there is no {id}"));
            SyncTicket::from_json(&self.last().ok_or_else(missing)?)
        })
    }

    fn write<'a>(&'a self, ticket: &'a SyncTicket) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let number = self.0.kept.lock().unwrap().len() + 1;
            let stop = self.0.stops_at.filter(|(at, _)| *at == number);
            if stop.is_none_or(|(_, is_kept)| is_kept) {
                self.0.kept.lock().unwrap().push(ticket.to_json().unwrap());
            }
            if stop.is_some() {
                self.0.stopped.notify_one();
                std::future::pending::<()>().await;
            }
            Ok(())
        })
    }

    fn remove<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<()>> {
        self.0.kept.lock().unwrap().clear();
        Box::pin(async { Ok(()) })
    }
}

fn settings(company: &Company) -> SyncUsers {
    let sync = sync(company, LIST).activate().leavers(Leavers::Deactivate);
    sync.at_most_leavers(Share::percent(100))
}

/// Runs the synchronization until it ends, or until the store stops. It is resumed if there is a ticket,
/// or planned again.
async fn attempt(service: &Service, store: &EngineStore, resumes: bool) -> Option<SyncReceipt> {
    let acme = service.company(ACME).await;
    let work = async {
        match store.last().filter(|_| resumes) {
            Some(last) => {
                let ticket = SyncTicket::from_json(&last).unwrap();
                let resume = acme.resume_sync(store, &ticket);
                resume.sheet(sheet(LIST)).await.unwrap()
            }
            None => {
                let plan = settings(&acme).ticket(store).plan().await.unwrap();
                plan.apply().await.unwrap()
            }
        }
    };
    tokio::select! {
        biased;
        receipt = work => Some(receipt),
        () = store.0.stopped.notified() => None,
    }
}

fn state(service: &Service) -> Value {
    let mut company = service.state_of(ACME);
    let mut emails: Vec<String> = serde_json::from_value(company["emails"].take()).unwrap();
    emails.sort();
    json!([emails, company["users"], company["counters"]["created"]])
}

#[tokio::test]
async fn sync_resumes_from_each_ticket_of_a_store() {
    let start = async |dialect| Service::build(Sandbox::builder().dialect(dialect)).await;
    for dialect in DIALECTS {
        let service = start(dialect).await;
        let store = EngineStore::new(None, None);
        let receipt = attempt(&service, &store, true).await.unwrap();
        let (steps, expected) = (store.0.kept.lock().unwrap().clone(), state(&service));
        assert!(steps.len() >= 8, "{}", steps.len());
        for step in &steps {
            for word in ["@acme.example", "Nia", "Ada"] {
                assert!(!step.contains(word), "{word} in {step}");
            }
        }
        let counts = |receipt: &SyncReceipt| {
            let report = receipt.report();
            let (joined, changed, left) = (report.joined, report.changed, report.left);
            (joined, changed, left, report.failed, receipt.outcome())
        };
        let points = (1..=steps.len()).flat_map(|at| [(at, false), (at, true)]);
        // A new plan of the same list is made in place of resuming.
        let again = (dialect == Dialect::Observed).then_some(false);
        let ways = [true].into_iter().chain(again);
        for ((at, is_kept), resumes) in points.flat_map(|it| ways.clone().map(move |way| (it, way)))
        {
            let context = format!("{dialect}, ticket {at}, kept: {is_kept}, resumed: {resumes}");
            let service = start(dialect).await;
            let store = EngineStore::new(None, Some((at, is_kept)));
            assert!(attempt(&service, &store, true).await.is_none(), "{context}");
            let store = EngineStore::new(store.last(), None);
            let after = attempt(&service, &store, resumes).await.unwrap();
            assert_eq!(state(&service), expected, "{context}");
            assert_eq!(after.outcome(), receipt.outcome(), "{context}");
            if resumes {
                assert_eq!(counts(&after), counts(&receipt), "{context}");
                let first = service.sandbox.requests().len();
                let store = EngineStore::new(store.last(), None);
                let again = attempt(&service, &store, true).await.unwrap();
                assert_eq!(counts(&again), counts(&receipt), "{context}");
                let company_lookups = service.sandbox.requests().len() - first;
                assert!(company_lookups <= 1, "{context}: {company_lookups}");
            }
        }
    }
}

#[tokio::test]
async fn company_is_synchronized_once_at_a_time() {
    let service = recorded(Dialect::Observed, crowd(20), json!({})).await;
    let (acme, same) = (
        service.company(ACME).await,
        service.another().await.company(ACME).await.unwrap(),
    );
    let (folder, memory) = (tempfile::tempdir().unwrap(), TicketMemory::new());
    let folder = TicketFolder::new(folder.path());
    let list = crowd_list(0..20) + "nia@acme.example,Nia,New,IT\n";
    let stores: [(&str, &dyn Fn(SyncUsers) -> SyncUsers); 3] = [
        ("without a store", &|sync| sync),
        ("in memory", &|sync| sync.ticket(&memory)),
        ("in a folder", &|sync| sync.ticket(&folder)),
    ];
    let one = sync(&acme, &list).plan().await.unwrap();
    let mut others = Vec::new();
    for (name, with_store) in &stores {
        others.push((name, with_store(sync(&same, &list)).plan().await.unwrap()));
    }
    let mut running = one.apply();
    running.try_next().await.unwrap().unwrap();
    for (name, other) in others {
        let error = other.apply().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict, "{name}");
        let expected = "another run is synchronizing this company";
        assert_eq!(error.problem(), expected, "{name}");
    }
    assert!(running.await.unwrap().is_complete());
    assert_eq!(service.counter("imports"), 1);
    // One that was dropped does not run any more.
    let list = list + "bea@acme.example,Bea,New,IT\n";
    let plans = (
        sync(&acme, &list).plan().await.unwrap(),
        sync(&same, &list).plan().await.unwrap(),
    );
    let mut running = plans.0.apply();
    running.try_next().await.unwrap().unwrap();
    drop(running);
    assert!(plans.1.apply().await.unwrap().is_complete());
}

#[tokio::test]
async fn ticket_of_an_earlier_sync_is_refused() {
    let service = recorded(Dialect::Observed, crowd(20), json!({})).await;
    let acme = service.company(ACME).await;
    let tickets = TicketMemory::new();
    let mut earlier = Vec::new();
    for name in ["nia", "bea"] {
        let list = crowd_list(0..20) + "nia@acme.example,Nia,New,IT\n";
        let list = list + &format!("{name}2@acme.example,{name},New,IT\n");
        let sync = sync(&acme, &list).leavers(Leavers::Keep).ticket(&tickets);
        assert!(
            sync.plan()
                .await
                .unwrap()
                .apply()
                .await
                .unwrap()
                .is_complete()
        );
        earlier.extend(tickets.syncs());
    }
    assert_eq!(acme.unfinished_sync(&tickets).await.unwrap(), None);
    assert_eq!(tickets.syncs().len(), 1);
    assert!(acme.resume_sync(&tickets, &earlier[1]).await.is_ok());
    let error = acme.resume_sync(&tickets, &earlier[0]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    let problem = error.problem();
    assert!(
        problem.ends_with("is the ticket of a later synchronization now"),
        "{problem}"
    );
}

#[tokio::test]
async fn unreadable_ticket_stops_the_plan() {
    let service = recorded(Dialect::Observed, crowd(20), json!({})).await;
    let acme = service.company(ACME).await;
    let folder = tempfile::tempdir().unwrap();
    let id = SyncTicket::id_of(service.sandbox.url(), ACME);
    std::fs::write(folder.path().join(format!("{id}.json")), "{}").unwrap();
    let tickets = TicketFolder::new(folder.path());
    let list = crowd_list(0..20) + "nia@acme.example,Nia,New,IT\n";
    let first = service.sandbox.requests().len();
    let error = sync(&acme, &list)
        .ticket(&tickets)
        .plan()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
    assert_eq!(service.sandbox.requests().len(), first);
}

#[tokio::test]
async fn resumed_sync_skips_people_who_changed() {
    let service = recorded(Dialect::Observed, crowd(20), json!({})).await;
    let acme = service.company(ACME).await;
    let tickets = TicketMemory::new();
    let list = crowd_list(1..20).replace("First3,Last3,IT", "First3,Last3,HR");
    let list = list + "nia@acme.example,Nia,New,IT\n";
    let plan = sync(&acme, &list).ticket(&tickets).plan().await.unwrap();
    assert_eq!(plan.counts().to_write(), 3);
    let mut running = plan.apply();
    running.try_next().await.unwrap().unwrap();
    drop(running);

    // The leaver moves, the changed person is deleted, and the joiner is created and deleted.
    let find = async |email: &str| acme.users().find(email).await.unwrap().unwrap();
    let leaver = find("person0@acme.example").await;
    acme.update_user(&leaver).department("Legal").await.unwrap();
    let changed = find("person3@acme.example").await;
    acme.delete_user(&changed).await.unwrap();
    let joiner = keepnet_flows::NewUser::new("nia@acme.example");
    acme.add_user(joiner).await.unwrap();
    acme.delete_user(&find("nia@acme.example").await)
        .await
        .unwrap();

    let ticket = acme.unfinished_sync(&tickets).await.unwrap().unwrap();
    let receipt = acme
        .resume_sync(&tickets, &ticket)
        .sheet(sheet(&list))
        .await
        .unwrap();
    let report = receipt.report();
    assert_eq!((report.joined, report.changed, report.left), (0, 0, 0));
    assert_eq!((report.skipped, report.failed), (3, 0));
    assert_eq!(receipt.outcome(), SyncOutcome::Incomplete);
    assert_eq!(service.counter("imports"), 0);
    let people = find("person0@acme.example").await;
    assert_eq!(
        (people.status, people.department.as_deref()),
        (UserStatus::Active, Some("Legal"))
    );
}

#[tokio::test]
async fn resume_refuses_another_list() {
    let service = recorded(Dialect::Observed, crowd(20), json!({})).await;
    let acme = service.company(ACME).await;
    let tickets = TicketMemory::new();
    let list = crowd_list(0..20) + "nia@acme.example,Nia,New,IT\n";
    let plan = sync(&acme, &list).ticket(&tickets).plan().await.unwrap();
    let mut running = plan.apply();
    running.try_next().await.unwrap().unwrap();
    drop(running);
    let ticket = acme.unfinished_sync(&tickets).await.unwrap().unwrap();
    let first = service.sandbox.requests().len();
    let other = sheet(&crowd_list(0..20));
    for (resume, kind, problem) in [
        (
            acme.resume_sync(&tickets, &ticket).sheet(other),
            ErrorKind::Conflict,
            "hr.csv is not the list of the plan",
        ),
        (
            acme.resume_sync(&tickets, &ticket),
            ErrorKind::Invalid,
            "the plan does not say where hr.csv is",
        ),
    ] {
        let error = resume.await.unwrap_err();
        assert_eq!((error.kind(), error.problem().as_str()), (kind, problem));
    }
    assert_eq!(service.sandbox.requests().len(), first);
}
