//! The process that is killed: this test program, started again for one test.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use futures::future::BoxFuture;
use keepnet_flows::{Error, Reseller, Ticket, TicketFolder, TicketLock, TicketStore};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::gate::PERMISSION;
use super::run::Case;
use crate::flows::service::{ACME, config};

const TEST: &str = "kill::child::child_process_of_the_kill_test";
const GATE: &str = "KEEPNET_TEST_GATE";
const FOLDER: &str = "KEEPNET_TEST_FOLDER";
const CASE: &str = "KEEPNET_TEST_CASE";

/// Starts a child process that imports the file of the case, or resumes from its ticket.
pub(super) fn start(gate: SocketAddr, folder: &Path, case: &Case) -> Child {
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
async fn child_process_of_the_kill_test() {
    // In a normal test run no parent process has set the gate, and there is nothing to do.
    let Ok(gate) = std::env::var(GATE) else {
        return;
    };
    let gate: SocketAddr = gate.parse().unwrap();
    let folder = std::env::var_os(FOLDER).unwrap();
    let case = Case::of_text(&std::env::var(CASE).unwrap());
    let (config, _) = config(&case.base_url(gate), "sandbox-client", "sandbox-secret");
    let reseller = Reseller::connect(config).await.unwrap();
    let acme = reseller.company(ACME).await.unwrap();
    let tickets = TicketFolder::new(Path::new(&folder).join("tickets"));
    let store = Gated {
        tickets: tickets.clone(),
        gate,
    };
    case.import(&acme, &tickets, &store, Path::new(&folder))
        .await;
}

/// Stops at the gate before and after each write of the ticket.
#[derive(Clone, Debug)]
struct Gated {
    tickets: TicketFolder,
    gate: SocketAddr,
}

impl Gated {
    async fn around<T>(&self, call: impl Future<Output = T>) -> T {
        self.point().await;
        let result = call.await;
        self.point().await;
        result
    }

    async fn point(&self) {
        let mut stream = TcpStream::connect(self.gate).await.unwrap();
        stream.write_all(PERMISSION).await.unwrap();
        stream.read_u8().await.unwrap();
    }
}

impl TicketStore for Gated {
    fn lock<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<TicketLock, Error>> {
        Box::pin(self.around(TicketStore::<Ticket>::lock(&self.tickets, id)))
    }

    fn find<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Ticket, Error>> {
        TicketStore::find(&self.tickets, id)
    }

    fn write<'a>(&'a self, ticket: &'a Ticket) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(self.around(self.tickets.write(ticket)))
    }

    fn remove<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<(), Error>> {
        TicketStore::<Ticket>::remove(&self.tickets, id)
    }
}
