//! One case: an import that is killed at some point and resumed.

use std::net::SocketAddr;
use std::path::Path;

use keepnet_client::ManualClock;
use keepnet_flows::{Company, ImportMode, ImportUsers, Reseller, Sheet, TicketFolder, TicketStore};
use keepnet_sandbox::{Dialect, Sandbox};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::child;
use super::gate::Gate;
use crate::flows::service::{ACME, GLOBEX, Service, config};

/// Ada and Ivy are users of Acme already, Sam comes from an identity provider.
const PEOPLE: &str = "Email,Department\nada@acme.example,New\nbroken,New\nIVY@acme.example,New\n\
    sam@acme.example,New\nnia@acme.example,New\nned@acme.example,New\n";

/// The settings of the import and of the kill.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case {
    pub(super) dialect: Dialect,
    pub(super) mode: ImportMode,
    /// Whether the people join a new group.
    pub(super) with_group: bool,
    /// Whether the upload has expired when the import is resumed.
    pub(super) expires: bool,
    /// Kill at every n-th point.
    pub(super) stride: usize,
}

/// The result of a case.
pub(super) struct Outcome {
    pub(super) state: Value,
    /// How many processes were killed.
    pub(super) kills: usize,
}

/// A sandbox, and a folder with the file and the tickets.
struct Setup {
    service: Service,
    folder: TempDir,
}

impl Case {
    /// The number of points, and the final state without a kill.
    pub(super) async fn uninterrupted(self) -> (usize, Value) {
        let setup = self.setup().await;
        let gate = setup.gate(usize::MAX).await;
        let mut child = child::start(gate.address(), setup.folder.path(), &self);
        let ended = tokio::task::spawn_blocking(move || child.wait().unwrap());
        assert!(ended.await.unwrap().success(), "{self:?}");
        (gate.points(), setup.state())
    }

    /// Kills the import at `point`, and every third time also the process that resumes it.
    pub(super) async fn killed_at(self, point: usize) -> Outcome {
        let setup = self.setup().await;
        setup.kill(&self, point).await;
        let mut kills = 1;
        if point.is_multiple_of(3) {
            kills += usize::from(setup.kill(&self, 7 + point * 5 % 60).await);
        }
        if self.expires {
            setup.expire().await;
        }
        let (config, _): (_, std::sync::Arc<ManualClock>) = config(
            setup.service.sandbox.url(),
            "sandbox-client",
            "sandbox-secret",
        );
        let reseller = Reseller::connect(config).await.unwrap();
        let acme = reseller.company(ACME).await.unwrap();
        let tickets = TicketFolder::new(setup.folder.path().join("tickets"));
        let folder = setup.folder.path();
        setup.set_base_url(&tickets, setup.service.sandbox.url());
        self.import(&acme, &tickets, &tickets, folder).await;
        let requests = setup.service.sandbox.requests().len();
        // Resuming a finished import sends no request.
        self.import(&acme, &tickets, &tickets, folder).await;
        assert_eq!(
            setup.service.sandbox.requests().len(),
            requests,
            "{self:?} {point}"
        );
        Outcome {
            state: setup.state(),
            kills,
        }
    }

    /// Imports the file, or resumes from the ticket; the steps are kept in `store`.
    pub(super) async fn import(
        &self,
        acme: &Company,
        tickets: &TicketFolder,
        store: &(impl TicketStore + Clone),
        folder: &Path,
    ) {
        let receipt = match tickets.tickets().unwrap().first() {
            Some(ticket) => {
                let resumed = acme.resume_import(store, ticket).await.unwrap();
                resumed.confirm().await.unwrap()
            }
            None => {
                let file = folder.join("people.csv");
                let preview = self.settings(acme, &file).ticket(store).await.unwrap();
                preview.confirm().await.unwrap()
            }
        };
        let expected = match self.mode {
            ImportMode::All => (5, 5, 0),
            ImportMode::New => (2, 2, 3),
            ImportMode::Existing => (2, 2, 3),
            _ => (2, 2, 3),
        };
        let rows = (receipt.imported_rows.len(), receipt.skipped_rows.len());
        assert_eq!(
            (receipt.imported, rows.0, rows.1),
            expected,
            "{self:?} {receipt:?}"
        );
        assert!(receipt.is_reconciled(), "{self:?} {receipt:?}");
        assert_eq!(
            receipt.rejected[0].to_string(),
            "people.csv, row 3, column A \"Email\": not an e-mail address"
        );
    }

    fn settings(&self, acme: &Company, file: &Path) -> ImportUsers {
        let mut import = acme
            .import_users(Sheet::open(file).unwrap())
            .mode(self.mode);
        if self.mode == ImportMode::Selected {
            import = import.select("ned@acme.example").select("ada@acme.example");
        }
        if self.with_group {
            import = import.group("All Staff").group("Starters").create_groups();
        }
        import
    }

    async fn setup(&self) -> Setup {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("people.csv"), PEOPLE).unwrap();
        Setup {
            service: Service::build(Sandbox::builder().dialect(self.dialect)).await,
            folder,
        }
    }

    /// The service as the child sees it.
    pub(super) fn base_url(&self, gate: SocketAddr) -> String {
        format!("http://{gate}")
    }

    pub(super) fn to_text(self) -> String {
        let case = json!({"dialect": self.dialect.to_string(), "mode": self.mode, "with_group": self.with_group});
        case.to_string()
    }

    pub(super) fn of_text(text: &str) -> Case {
        let case: Value = serde_json::from_str(text).unwrap();
        Case {
            dialect: case["dialect"].as_str().unwrap().parse().unwrap(),
            mode: serde_json::from_value(case["mode"].clone()).unwrap(),
            with_group: case["with_group"].as_bool().unwrap(),
            expires: false,
            stride: 1,
        }
    }
}

impl Setup {
    async fn gate(&self, last: usize) -> Gate {
        Gate::open(self.service.sandbox.url(), last).await
    }

    /// Returns whether the child reached `point` and was killed; otherwise it ended by itself.
    async fn kill(&self, case: &Case, point: usize) -> bool {
        let gate = self.gate(point).await;
        // The ticket of an earlier child has the address of its gate.
        let tickets = TicketFolder::new(self.folder.path().join("tickets"));
        self.set_base_url(&tickets, &case.base_url(gate.address()));
        let mut child = child::start(gate.address(), self.folder.path(), case);
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

    /// Makes every upload of the service expire.
    async fn expire(&self) {
        let sandbox = &self.service.sandbox;
        sandbox.add_fault("transaction-expires".parse().unwrap());
        let acme = self.service.company(ACME).await;
        for transaction in sandbox.state()["transactions"].as_array().unwrap() {
            let id = transaction["id"].as_str().unwrap();
            assert!(acme.raw().get_target_user_upload(id).await.is_err());
        }
        sandbox.clear_faults();
    }

    /// Writes the address of the current gate into the tickets, which are bound to their service.
    fn set_base_url(&self, tickets: &TicketFolder, url: &str) {
        for ticket in tickets.tickets().unwrap() {
            let path = tickets.path().join(format!("{}.json", ticket.id));
            let text = std::fs::read_to_string(&path).unwrap();
            std::fs::write(&path, text.replace(&ticket.base_url, url)).unwrap();
        }
    }

    /// The state that must be the same with and without a kill.
    fn state(&self) -> Value {
        let state = self.service.sandbox.state();
        let of = |id: &str| {
            let mut company = self.service.state_of(id);
            let mut emails: Vec<String> = serde_json::from_value(company["emails"].take()).unwrap();
            emails.sort();
            let groups = company["groups"].as_array().unwrap().iter();
            let groups: Vec<Value> = groups
                .map(|group| json!([group["name"], group["members"]]))
                .collect();
            json!({"emails": emails, "users": company["users"], "groups": groups,
                "counters": company["counters"]})
        };
        let jobs = state["jobs"].as_array().unwrap().iter();
        let jobs: Vec<Value> = jobs
            .map(|job| {
                json!([
                    job["company"],
                    job["statusName"],
                    job["created"],
                    job["updated"],
                    job["failed"]
                ])
            })
            .collect();
        json!({"acme": of(ACME), "globex": of(GLOBEX), "jobs": jobs,
            "unscoped": state["counters"]["resellerCallsWithoutCompany"]})
    }
}
