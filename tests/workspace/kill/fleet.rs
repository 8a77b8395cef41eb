//! Fleets whose process is killed before or after a request, and resumed: nothing is done twice, and the end
//! state is that without a kill.

use std::fs;
use std::path::Path;

use futures::StreamExt as _;
use keepnet_flows::{FleetEvent, FleetFile, FleetLedger, FleetOutcome, Reseller};
use keepnet_sandbox::{Dialect, Sandbox, Seed};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::CONCURRENT;
use super::child::{self, Input, kill_at_gate};
use super::gate::Gate;
use crate::flows::service::{Service, config};

const TEST: &str = "kill::fleet::child_process_of_the_fleet_kill_test";
/// How many moments the test kills at.
const MOMENTS: &str = "KEEPNET_TEST_KILL_MOMENTS";
const MOMENTS_OF_A_NORMAL_RUN: usize = 16;
const CUSTOMERS: usize = 5;

struct Setup {
    service: Service,
    /// The service as every process sees it, because tickets are bound to the address.
    gate: Gate,
    folder: TempDir,
}

impl Setup {
    /// One customer for each: joiners and leavers, nothing to do, an import, only leavers, only joiners.
    async fn new() -> Setup {
        let now = "2027-01-15T08:00:00Z".parse().unwrap();
        let sandbox = Sandbox::builder().dialect(Dialect::Observed);
        let sandbox = sandbox
            .seed(Seed::fleet(CUSTOMERS, 12, now))
            .clock(move || now);
        let service = Service::build(sandbox).await;
        let folder = tempfile::tempdir().unwrap();
        let state = service.sandbox.state();
        let mut customers = serde_json::Map::new();
        for (number, (leavers, joiners)) in
            [(1, 2), (0, 0), (12, 2), (1, 0), (0, 2)].iter().enumerate()
        {
            let id = format!("cuSt{:08}", number + 1);
            let companies = state["companies"].as_array().unwrap();
            let company = companies.iter().find(|it| it["id"] == id.as_str()).unwrap();
            let emails: Vec<String> = serde_json::from_value(company["emails"].clone()).unwrap();
            let domain = emails[0].rsplit_once('@').unwrap().1;
            let new = (0..*joiners).map(|it| format!("new{it}@{domain}"));
            let list: Vec<_> = emails[*leavers..].iter().cloned().chain(new).collect();
            let file = format!("{number}.csv");
            fs::write(
                folder.path().join(&file),
                format!("Email\n{}\n", list.join("\n")),
            )
            .unwrap();
            let entry = match number {
                2 => json!({ "import": file }),
                _ => json!({ "sync": file, "max-leavers": 1, "beyond-license": true }),
            };
            customers.insert(id, entry);
        }
        let fleet = json!({ "customers": customers }).to_string();
        fs::write(folder.path().join("fleet.json"), fleet).unwrap();
        Setup {
            gate: Gate::open(service.sandbox.url(), usize::MAX).await,
            service,
            folder,
        }
    }

    /// The number of points, and the state without a kill.
    async fn uninterrupted(&self) -> (usize, Value) {
        let mut child = child::start(TEST, &self.gate, self.folder.path(), "");
        let ended = tokio::task::spawn_blocking(move || child.wait().unwrap());
        assert!(ended.await.unwrap().success());
        (self.gate.points(), self.state())
    }

    /// Kills the process at `point`, every third time also the one that resumes, and finishes.
    async fn killed_at(self, point: usize) -> (Value, usize) {
        let mut kills = usize::from(self.kill(point).await);
        if point.is_multiple_of(3) {
            kills += usize::from(self.kill(5 + point * 7 % 60).await);
        }
        self.gate.reset(usize::MAX);
        let url = format!("http://{}", self.gate.address());
        let (config, _) = config(&url, "sandbox-client", "sandbox-secret");
        let reseller = Reseller::connect(config).await.unwrap();
        let outcomes = work(&reseller, self.folder.path()).await;
        let bad: Vec<_> = outcomes.iter().filter(|it| !it.outcome.is_good()).collect();
        assert!(bad.is_empty(), "{point}: {bad:?}");
        let ledger = FleetLedger::open(self.folder.path().join("ledger")).unwrap();
        assert_eq!(ledger.unfinished(), Some(0), "{point}");
        (self.state(), kills)
    }

    /// Returns whether the child reached `point` and was killed; otherwise it ended by itself.
    async fn kill(&self, point: usize) -> bool {
        self.gate.reset(point);
        let child = child::start(TEST, &self.gate, self.folder.path(), "");
        kill_at_gate(child, &self.gate).await
    }

    fn state(&self) -> Value {
        let state = self.service.sandbox.state();
        let companies = state["companies"].as_array().unwrap().iter();
        let companies = companies.map(|company| {
            let mut emails: Vec<String> =
                serde_json::from_value(company["emails"].clone()).unwrap();
            emails.sort();
            json!({ "id": company["id"], "emails": emails, "users": company["users"],
                "created": company["counters"]["created"], "deleted": company["counters"]["deleted"] })
        });
        let companies: Vec<_> = companies.collect();
        json!({ "companies": companies, "imports": state["counters"]["imports"],
            "unscoped": state["counters"]["resellerCallsWithoutCompany"] })
    }
}

/// Runs the fleet, or goes on with the run of the ledger.
async fn work(reseller: &Reseller, folder: &Path) -> Vec<FleetOutcome> {
    let file = fs::read_to_string(folder.join("fleet.json")).unwrap();
    let file: FleetFile = serde_json::from_str(&file).unwrap();
    let ledger = FleetLedger::open(folder.join("ledger")).unwrap();
    let fleet = match ledger.unfinished() {
        None => reseller.fleet(&file, folder).await.unwrap(),
        Some(_) => reseller.resume_fleet(&file, folder, &ledger).await.unwrap(),
    };
    let events = fleet.run(ledger).unwrap();
    events
        .filter_map(async |event| FleetEvent::into_outcome(event))
        .collect()
        .await
}

#[tokio::test]
async fn child_process_of_the_fleet_kill_test() {
    let Some(input) = Input::of_process() else {
        return;
    };
    let url = format!("http://{}", input.gate);
    let (config, _) = config(&url, "sandbox-client", "sandbox-secret");
    let reseller = Reseller::connect(config).await.unwrap();
    let outcomes = work(&reseller, &input.folder).await;
    assert!(
        outcomes.iter().all(|it| it.outcome.is_good()),
        "{outcomes:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn killed_fleet_resumes_to_the_same_state() {
    let moments = std::env::var(MOMENTS).ok().map(|it| it.parse().unwrap());
    let moments: usize = moments.unwrap_or(MOMENTS_OF_A_NORMAL_RUN);
    let (points, expected) = Setup::new().await.uninterrupted().await;
    let started = std::time::Instant::now();
    // Moments that are spread at random, and the same in each run.
    let chosen = (1..=moments).map(|moment| 1 + moment * 7919 % points);
    let outcomes: Vec<(usize, (Value, usize))> = futures::stream::iter(chosen)
        .map(|point| async move { (point, Setup::new().await.killed_at(point).await) })
        .buffer_unordered(CONCURRENT)
        .collect()
        .await;
    let mut kills = 0;
    for (point, (state, killed)) in &outcomes {
        assert_eq!(*state, expected, "killed at point {point} of {points}");
        kills += killed;
    }
    let time = started.elapsed();
    println!("{kills} kills at {moments} of {points} points in {time:.1?}");
    assert!(kills >= moments / 2, "{kills}");
}
