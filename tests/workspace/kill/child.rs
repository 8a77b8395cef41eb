//! The process that is killed: this test program, started again for one test.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use keepnet_flows::{Company, Reseller, TicketFolder};

use super::gate::Gate;
use crate::flows::service::{ACME, config};

const GATE: &str = "KEEPNET_TEST_GATE";
const FOLDER: &str = "KEEPNET_TEST_FOLDER";
const CASE: &str = "KEEPNET_TEST_CASE";

/// Starts a process that runs `test` alone, which gets the rest as its `Input`.
pub(super) fn start(test: &str, gate: &Gate, folder: &Path, case: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(GATE, gate.address().to_string())
        .env(FOLDER, folder)
        .env(CASE, case)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap()
}

/// Waits until the process is at the last point of its gate, and kills it. Returns false if it has ended
/// by itself.
pub(super) async fn kill_at_gate(mut child: Child, gate: &Gate) -> bool {
    loop {
        let wait = Duration::from_millis(5);
        if tokio::time::timeout(wait, gate.reached()).await.is_ok() {
            child.kill().unwrap();
            child.wait().unwrap();
            return true;
        }
        if let Some(ended) = child.try_wait().unwrap() {
            assert!(ended.success(), "{ended}");
            return false;
        }
    }
}

/// What the parent process has given to this one.
pub(super) struct Input {
    pub(super) gate: SocketAddr,
    pub(super) folder: PathBuf,
    pub(super) case: String,
}

impl Input {
    /// `None` in a normal test run, which has no parent process and nothing to do.
    pub(super) fn of_process() -> Option<Input> {
        Some(Input {
            gate: std::env::var(GATE).ok()?.parse().unwrap(),
            folder: std::env::var_os(FOLDER).unwrap().into(),
            case: std::env::var(CASE).unwrap(),
        })
    }

    /// The company, whose requests go through the gate.
    pub(super) async fn company(&self) -> Company {
        company_at(&format!("http://{}", self.gate)).await
    }

    pub(super) fn tickets(&self) -> TicketFolder {
        tickets_in(&self.folder)
    }
}

/// The company at this address of the service.
pub(super) async fn company_at(url: &str) -> Company {
    let (config, _) = config(url, "sandbox-client", "sandbox-secret");
    let reseller = Reseller::connect(config).await.unwrap();
    reseller.company(ACME).await.unwrap()
}

/// The tickets of a folder that the processes share.
pub(super) fn tickets_in(folder: &Path) -> TicketFolder {
    TicketFolder::new(folder.join("tickets"))
}
