//! Synchronizations whose process is killed before and after each request. Resumed or run again, they end
//! in the same state as without the kill. That an interrupted write leaves the old or the new ticket is a
//! test of the ticket folder.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use futures::StreamExt as _;
use keepnet_flows::{
    Company, Leavers, Reseller, Share, Sheet, SyncReceipt, SyncTicket, TicketFolder,
};
use keepnet_sandbox::{Dialect, Sandbox};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::gate::Gate;
use crate::flows::service::{ACME, GLOBEX, Service, config};

const TEST: &str = "kill::sync::child_process_of_the_sync_kill_test";
const GATE: &str = "KEEPNET_TEST_SYNC_GATE";
const FOLDER: &str = "KEEPNET_TEST_FOLDER";
const CASE: &str = "KEEPNET_TEST_CASE";
/// How many child processes run at a time.
const CONCURRENT: usize = 4;

/// Ada changes, Bob gets another address by his number, Cem leaves, Ivy is inactive and becomes active,
/// Sam comes from an identity provider, and Nia and Ned join.
const LIST: &str = "Email,Department,Office\nada@acme.example,New,\nrobert@acme.example,Sales,7\n\
    ivy@acme.example,Sales,\nsam@acme.example,New,\nnia@acme.example,New,8\nned@acme.example,,\n";

#[derive(Clone, Copy, Debug)]
struct Case {
    dialect: Dialect,
    leavers: Leavers,
    /// Whether the next process makes a new plan, in place of resuming the ticket.
    runs_again: bool,
    /// Kill at every n-th point.
    stride: usize,
}

struct Setup {
    service: Service,
    folder: TempDir,
}

impl Case {
    fn to_text(self) -> String {
        let dialect = self.dialect.to_string();
        json!({"dialect": dialect, "leavers": self.leavers, "again": self.runs_again}).to_string()
    }

    fn of_text(text: &str) -> Case {
        let case: Value = serde_json::from_str(text).unwrap();
        Case {
            dialect: case["dialect"].as_str().unwrap().parse().unwrap(),
            leavers: serde_json::from_value(case["leavers"].clone()).unwrap(),
            runs_again: case["again"].as_bool().unwrap(),
            stride: 1,
        }
    }

    /// Synchronizes, or resumes from the ticket of a process that was killed.
    async fn sync(self, acme: &Company, tickets: &TicketFolder, folder: &Path) -> SyncReceipt {
        let unfinished = acme.unfinished_sync(tickets).await.unwrap();
        if let Some(ticket) = unfinished.filter(|_| !self.runs_again) {
            return acme.resume_sync(tickets, &ticket).await.unwrap();
        }
        let sheet = Sheet::open(folder.join("hr.csv")).unwrap();
        let sync = acme.sync_users(sheet).key("Office").activate();
        let sync = sync.leavers(self.leavers).at_most_leavers(Share::count(1));
        let plan = sync.ticket(tickets).plan().await.unwrap();
        plan.apply().await.unwrap()
    }

    async fn setup(self) -> Setup {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("hr.csv"), LIST).unwrap();
        let service = Service::build(Sandbox::builder().dialect(self.dialect)).await;
        // Bob's number is what he is known by.
        let acme = service.company(ACME).await;
        let bob = acme
            .users()
            .find("bob@acme.example")
            .await
            .unwrap()
            .unwrap();
        let numbered = acme.update_user(&bob).custom_field("Office", "7");
        numbered.await.unwrap();
        Setup { service, folder }
    }

    /// The number of points, and the state without a kill.
    async fn uninterrupted(self) -> (usize, Value) {
        let setup = self.setup().await;
        let gate = Gate::open(setup.service.sandbox.url(), usize::MAX).await;
        let mut child = start(gate.address(), setup.folder.path(), self);
        let ended = tokio::task::spawn_blocking(move || child.wait().unwrap());
        assert!(ended.await.unwrap().success(), "{self:?}");
        (gate.points(), setup.state())
    }

    /// Kills the process at `point`, every third time also the next one, and finishes.
    async fn killed_at(self, point: usize) -> (Value, usize) {
        let setup = self.setup().await;
        let mut kills = usize::from(setup.kill(self, point).await);
        if point.is_multiple_of(3) {
            kills += usize::from(setup.kill(self, 5 + point * 7 % 60).await);
        }
        let url = setup.service.sandbox.url();
        setup.set_base_url(url);
        let (config, _) = config(url, "sandbox-client", "sandbox-secret");
        let reseller = Reseller::connect(config).await.unwrap();
        let acme = reseller.company(ACME).await.unwrap();
        let tickets = setup.tickets();
        self.sync(&acme, &tickets, setup.folder.path()).await;
        let before = setup.service.sandbox.state()["counters"].clone();
        let again = Case {
            runs_again: true,
            ..self
        };
        again.sync(&acme, &tickets, setup.folder.path()).await;
        let after = setup.service.sandbox.state()["counters"].clone();
        for counter in ["imports", "usersCreated", "usersUpdated", "usersDeleted"] {
            assert_eq!(
                before[counter], after[counter],
                "{self:?} {point} {counter}"
            );
        }
        (setup.state(), kills)
    }
}

impl Setup {
    fn tickets(&self) -> TicketFolder {
        TicketFolder::new(self.folder.path().join("tickets"))
    }

    /// Returns whether the child reached `point` and was killed; otherwise it ended by itself.
    async fn kill(&self, case: Case, point: usize) -> bool {
        let gate = Gate::open(self.service.sandbox.url(), point).await;
        self.set_base_url(&format!("http://{}", gate.address()));
        let mut child = start(gate.address(), self.folder.path(), case);
        loop {
            let wait = std::time::Duration::from_millis(5);
            if tokio::time::timeout(wait, gate.reached()).await.is_ok() {
                child.kill().unwrap();
                child.wait().unwrap();
                return true;
            }
            if let Some(ended) = child.try_wait().unwrap() {
                assert!(ended.success(), "{case:?} {point}");
                return false;
            }
        }
    }

    /// Writes the address of the current gate into the tickets, which are bound to their service, and so
    /// are their names.
    fn set_base_url(&self, url: &str) {
        let tickets = self.tickets();
        for ticket in tickets.syncs().unwrap() {
            let (old, new) = (&ticket.id, SyncTicket::id_of(url, ACME));
            let path = |id: &str| tickets.path().join(format!("{id}.json"));
            let text = std::fs::read_to_string(path(old)).unwrap();
            std::fs::remove_file(path(old)).unwrap();
            let text = text.replace(&ticket.plan.base_url, url).replace(old, &new);
            std::fs::write(path(&new), text).unwrap();
            // The rows of an import.
            let _ = std::fs::rename(tickets.path().join(old), tickets.path().join(new));
        }
    }

    /// Who is in the company, and who was written: the same with and without a kill.
    fn state(&self) -> Value {
        let of = |id: &str| {
            let company = self.service.state_of(id);
            let mut emails: Vec<String> =
                serde_json::from_value(company["emails"].clone()).unwrap();
            emails.sort();
            json!({"emails": emails, "users": company["users"],
                "created": company["counters"]["created"],
                "deleted": company["counters"]["deleted"]})
        };
        let state = self.service.sandbox.state();
        json!({"acme": of(ACME), "globex": of(GLOBEX),
            "unscoped": state["counters"]["resellerCallsWithoutCompany"]})
    }
}

fn start(gate: SocketAddr, folder: &Path, case: Case) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([TEST, "--exact", "--nocapture", "--test-threads=1"])
        .env(GATE, gate.to_string())
        .env(FOLDER, folder)
        .env(CASE, case.to_text())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap()
}

#[tokio::test]
async fn child_process_of_the_sync_kill_test() {
    // In a normal test run no parent process has set the gate, and there is nothing to do.
    let Ok(gate) = std::env::var(GATE) else {
        return;
    };
    let gate: SocketAddr = gate.parse().unwrap();
    let folder = PathBuf::from(std::env::var_os(FOLDER).unwrap());
    let case = Case::of_text(&std::env::var(CASE).unwrap());
    let url = format!("http://{gate}");
    let (config, _) = config(&url, "sandbox-client", "sandbox-secret");
    let reseller = Reseller::connect(config).await.unwrap();
    let acme = reseller.company(ACME).await.unwrap();
    let tickets = TicketFolder::new(folder.join("tickets"));
    case.sync(&acme, &tickets, &folder).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn killed_sync_ends_as_if_it_had_not_been() {
    let resumed = Case {
        dialect: Dialect::Observed,
        leavers: Leavers::Deactivate,
        runs_again: false,
        stride: 1,
    };
    let cases = [
        resumed,
        Case {
            runs_again: true,
            stride: 1,
            ..resumed
        },
        Case {
            dialect: Dialect::Documented,
            leavers: Leavers::Delete,
            stride: 1,
            ..resumed
        },
    ];
    let started = std::time::Instant::now();
    let mut kills = 0;
    for case in cases {
        let (points, expected) = case.uninterrupted().await;
        let points = (1..=points).step_by(case.stride);
        let outcomes: Vec<(usize, (Value, usize))> = futures::stream::iter(points)
            .map(|point| async move { (point, case.killed_at(point).await) })
            .buffer_unordered(CONCURRENT)
            .collect()
            .await;
        for (point, (state, killed)) in &outcomes {
            assert_eq!(*state, expected, "{case:?} killed at point {point}");
            kills += killed;
        }
    }
    println!("{kills} kill points in {:.1?}", started.elapsed());
    assert!(kills >= 200, "{kills}");
}
