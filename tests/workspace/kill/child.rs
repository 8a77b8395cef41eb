//! The process that is killed: this test program, started again for one test.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use keepnet_flows::import::{SystemIo, TicketIo};
use keepnet_flows::{Reseller, TicketFolder};

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
    let tickets = tickets.with_io(Arc::new(Gated(gate)));
    case.import(&acme, &tickets, Path::new(&folder)).await;
}

/// Stops at the gate before and after each call.
#[derive(Debug)]
struct Gated(SocketAddr);

impl Gated {
    fn point(&self) {
        let mut stream = TcpStream::connect(self.0).unwrap();
        stream.write_all(PERMISSION).unwrap();
        let mut permission = [0];
        stream.read_exact(&mut permission).unwrap();
    }

    fn around<T>(&self, call: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        self.point();
        let result = call();
        self.point();
        result
    }
}

impl TicketIo for Gated {
    fn create(&self, path: &Path) -> io::Result<File> {
        self.around(|| SystemIo.create(path))
    }

    fn write(&self, file: &mut File, content: &[u8]) -> io::Result<()> {
        // A kill in the middle of the write must not leave a ticket that can be read.
        let (first, second) = content.split_at(content.len() / 2);
        self.around(|| SystemIo.write(file, first))?;
        SystemIo.write(file, second)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        self.around(|| SystemIo.sync(file))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.around(|| SystemIo.rename(from, to))
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.around(|| SystemIo.sync_folder(folder))
    }
}
