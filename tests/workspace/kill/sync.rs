//! Synchronizations that are killed at some point, and resumed or run again.

use std::path::Path;

use keepnet_flows::{Company, Leavers, Share, Sheet, SyncReceipt, SyncTicket, TicketFolder};
use keepnet_sandbox::Dialect;
use serde_json::{Value, json};

use super::child::Input;
use super::{KilledFlow, Setup, kill_everywhere};
use crate::flows::service::{ACME, GLOBEX};

/// Ada changes, Bob gets another address by his number, Cem leaves, Ivy is inactive and becomes active,
/// Sam comes from an identity provider, and Nia and Ned join.
const LIST: &str = "Email,Department,Office\nada@acme.example,New,\nrobert@acme.example,Sales,7\n\
    ivy@acme.example,Sales,\nsam@acme.example,New,\nnia@acme.example,New,8\nned@acme.example,,\n";

#[derive(Clone, Copy, Debug)]
struct KilledSync {
    dialect: Dialect,
    leavers: Leavers,
    /// Whether the next process makes a new plan, in place of resuming the ticket.
    runs_again: bool,
}

impl KilledSync {
    fn of_text(text: &str) -> KilledSync {
        let case: Value = serde_json::from_str(text).unwrap();
        KilledSync {
            dialect: case["dialect"].as_str().unwrap().parse().unwrap(),
            leavers: serde_json::from_value(case["leavers"].clone()).unwrap(),
            runs_again: case["again"].as_bool().unwrap(),
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
}

impl KilledFlow for KilledSync {
    const CHILD: &str = "kill::sync::child_process_of_the_sync_kill_test";
    const LIST: (&str, &str) = ("hr.csv", LIST);

    fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn to_text(&self) -> String {
        let dialect = self.dialect.to_string();
        json!({"dialect": dialect, "leavers": self.leavers, "again": self.runs_again}).to_string()
    }

    /// Gives Bob the number by which the list knows him.
    async fn prepare(&self, setup: &Setup) {
        let acme = setup.service.company(ACME).await;
        let bob = acme.users().find("bob@acme.example").await.unwrap();
        let numbered = acme.update_user(&bob.unwrap()).custom_field("Office", "7");
        numbered.await.unwrap();
    }

    async fn finish(&self, setup: &Setup, acme: &Company) {
        let (tickets, folder) = (setup.tickets(), setup.folder.path());
        self.sync(acme, &tickets, folder).await;
        let before = setup.service.sandbox.state()["counters"].clone();
        let again = KilledSync {
            runs_again: true,
            ..*self
        };
        again.sync(acme, &tickets, folder).await;
        let after = setup.service.sandbox.state()["counters"].clone();
        for counter in ["imports", "usersCreated", "usersUpdated", "usersDeleted"] {
            assert_eq!(before[counter], after[counter], "{self:?} {counter}");
        }
    }

    /// The tickets are named after the address, too.
    fn set_base_url(tickets: &TicketFolder, url: &str) {
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

    fn state(setup: &Setup) -> Value {
        let of = |id: &str| {
            let company = setup.service.state_of(id);
            let mut emails: Vec<String> =
                serde_json::from_value(company["emails"].clone()).unwrap();
            emails.sort();
            json!({"emails": emails, "users": company["users"],
                "created": company["counters"]["created"],
                "deleted": company["counters"]["deleted"]})
        };
        let state = setup.service.sandbox.state();
        json!({"acme": of(ACME), "globex": of(GLOBEX),
            "unscoped": state["counters"]["resellerCallsWithoutCompany"]})
    }
}

#[tokio::test]
async fn child_process_of_the_sync_kill_test() {
    let Some(input) = Input::of_process() else {
        return;
    };
    let sync = KilledSync::of_text(&input.case);
    let acme = input.company().await;
    sync.sync(&acme, &input.tickets(), &input.folder).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn killed_sync_ends_as_if_it_had_not_been() {
    let resumed = KilledSync {
        dialect: Dialect::Observed,
        leavers: Leavers::Deactivate,
        runs_again: false,
    };
    let cases = [
        resumed,
        KilledSync {
            runs_again: true,
            ..resumed
        },
        KilledSync {
            dialect: Dialect::Documented,
            leavers: Leavers::Delete,
            ..resumed
        },
    ];
    let kills = kill_everywhere(cases.map(|case| (case, 1))).await;
    println!("{kills} processes killed");
}
