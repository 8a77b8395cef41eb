//! Imports that are killed at some point and resumed.

use std::path::Path;

use keepnet_flows::{Company, ImportMode, ImportUsers, Sheet, TicketFolder, TicketStore};
use keepnet_sandbox::Dialect;
use serde_json::{Value, json};

use super::child::Input;
use super::gated_tickets::GatedTickets;
use super::{KilledFlow, Setup, kill_everywhere};
use crate::flows::service::{ACME, GLOBEX};

/// Ada and Ivy are users of Acme already, Sam comes from an identity provider.
const PEOPLE: &str = "Email,Department\nada@acme.example,New\nbroken,New\nIVY@acme.example,New\n\
    sam@acme.example,New\nnia@acme.example,New\nned@acme.example,New\n";

/// The settings of an import.
#[derive(Clone, Copy, Debug)]
pub(super) struct KilledImport {
    dialect: Dialect,
    mode: ImportMode,
    /// Whether the people join a new group.
    with_group: bool,
    /// Whether the upload has expired when the import is resumed.
    expires: bool,
}

impl KilledImport {
    fn of_text(text: &str) -> KilledImport {
        let case: Value = serde_json::from_str(text).unwrap();
        KilledImport {
            dialect: case["dialect"].as_str().unwrap().parse().unwrap(),
            mode: serde_json::from_value(case["mode"].clone()).unwrap(),
            with_group: case["with_group"].as_bool().unwrap(),
            expires: false,
        }
    }

    /// Imports the file, or resumes from the ticket; the steps are kept in `store`.
    async fn import(
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
}

impl KilledFlow for KilledImport {
    const CHILD: &str = "kill::import::child_process_of_the_kill_test";
    const LIST: (&str, &str) = ("people.csv", PEOPLE);

    fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn to_text(&self) -> String {
        let dialect = self.dialect.to_string();
        json!({"dialect": dialect, "mode": self.mode, "with_group": self.with_group}).to_string()
    }

    /// Makes every upload of the service expire.
    async fn after_kill(&self, setup: &Setup) {
        if !self.expires {
            return;
        }
        let sandbox = &setup.service.sandbox;
        sandbox.add_fault("transaction-expires".parse().unwrap());
        let acme = setup.service.company(ACME).await;
        for transaction in sandbox.state()["transactions"].as_array().unwrap() {
            let id = transaction["id"].as_str().unwrap();
            assert!(acme.raw().get_target_user_upload(id).await.is_err());
        }
        sandbox.clear_faults();
    }

    async fn finish(&self, setup: &Setup, acme: &Company) {
        let (tickets, folder) = (setup.tickets(), setup.folder.path());
        self.import(acme, &tickets, &tickets, folder).await;
        let requests = setup.service.sandbox.requests().len();
        // Resuming a finished import sends no request.
        self.import(acme, &tickets, &tickets, folder).await;
        assert_eq!(setup.service.sandbox.requests().len(), requests, "{self:?}");
    }

    fn set_base_url(tickets: &TicketFolder, url: &str) {
        for ticket in tickets.tickets().unwrap() {
            let path = tickets.path().join(format!("{}.json", ticket.id));
            let text = std::fs::read_to_string(&path).unwrap();
            std::fs::write(&path, text.replace(&ticket.base_url, url)).unwrap();
        }
    }

    fn state(setup: &Setup) -> Value {
        let state = setup.service.sandbox.state();
        let of = |id: &str| {
            let mut company = setup.service.state_of(id);
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

#[tokio::test]
async fn child_process_of_the_kill_test() {
    let Some(input) = Input::of_process() else {
        return;
    };
    let tickets = input.tickets();
    let store = GatedTickets {
        tickets: tickets.clone(),
        gate: input.gate,
    };
    let import = KilledImport::of_text(&input.case);
    let acme = input.company().await;
    import.import(&acme, &tickets, &store, &input.folder).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn killed_import_resumes_to_the_same_state() {
    let observed = KilledImport {
        dialect: Dialect::Observed,
        mode: ImportMode::All,
        with_group: false,
        expires: false,
    };
    let documented = KilledImport {
        dialect: Dialect::Documented,
        ..observed
    };
    // Each with the distance between its points.
    let cases = [
        (
            KilledImport {
                with_group: true,
                ..observed
            },
            1,
        ),
        (
            KilledImport {
                expires: true,
                ..documented
            },
            3,
        ),
        (
            KilledImport {
                mode: ImportMode::New,
                expires: true,
                ..observed
            },
            4,
        ),
        (
            KilledImport {
                mode: ImportMode::New,
                with_group: true,
                ..documented
            },
            3,
        ),
        (
            KilledImport {
                mode: ImportMode::Selected,
                ..observed
            },
            4,
        ),
        (
            KilledImport {
                mode: ImportMode::Selected,
                with_group: true,
                expires: true,
                ..documented
            },
            3,
        ),
        (
            KilledImport {
                mode: ImportMode::Existing,
                ..observed
            },
            4,
        ),
    ];
    let kills = kill_everywhere(cases).await;
    println!("{kills} processes killed");
}
