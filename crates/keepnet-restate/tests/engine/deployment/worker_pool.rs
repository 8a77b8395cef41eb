//! Worker processes behind one address.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::Stdio;

use super::process::Process;
use super::relay::Relay;

/// The secret of the workers, which must not get into the engine.
pub(crate) const SECRET: &str = "sandbox-secret";

pub(crate) struct WorkerPool {
    relay: Relay,
    service: String,
    files: String,
    workers: Vec<Worker>,
    /// How many workers were started.
    started: usize,
}

struct Worker {
    name: String,
    address: SocketAddr,
    process: Process,
}

impl WorkerPool {
    pub(crate) async fn start(count: usize, service: &str, files: &str) -> WorkerPool {
        let mut pool = WorkerPool {
            relay: Relay::open().await,
            service: service.to_owned(),
            files: files.to_owned(),
            workers: Vec::new(),
            started: 0,
        };
        for _ in 0..count {
            pool.add();
        }
        pool
    }

    pub(crate) fn relay(&self) -> &Relay {
        &self.relay
    }

    /// Starts a worker; its name is in the user agent of its requests.
    pub(crate) fn add(&mut self) {
        self.started += 1;
        let name = format!("worker-{}", self.started);
        let mut command = Process::command(env!("CARGO_BIN_EXE_keepnet-worker"));
        command
            .env("KEEPNET_CLIENT_ID", "sandbox-client")
            .env("KEEPNET_CLIENT_SECRET", SECRET)
            .env("KEEPNET_API_BASE_URL", &self.service)
            .env("KEEPNET_FILES", &self.files)
            .env("KEEPNET_WORKER_LISTEN", "127.0.0.1:0")
            .env("KEEPNET_WORKER_NAME", &name)
            .env("RUST_LOG", "off")
            .stdout(Stdio::piped());
        let mut process = Process::spawn(&mut command);
        let mut line = String::new();
        let out = process.child().stdout.take().unwrap();
        BufReader::new(out).read_line(&mut line).unwrap();
        let address = line.trim().rsplit(' ').next().unwrap();
        let address: SocketAddr = address.parse().unwrap();
        self.relay.add(address);
        self.workers.push(Worker {
            name,
            address,
            process,
        });
    }

    /// The names of the workers that run, the oldest first.
    pub(crate) fn names(&self) -> Vec<String> {
        self.workers.iter().map(|it| it.name.clone()).collect()
    }

    /// Kills a worker with SIGKILL, and returns its name.
    pub(crate) fn kill(&mut self, index: usize) -> String {
        let mut worker = self.workers.remove(index);
        worker.process.kill();
        self.relay.remove(worker.address);
        worker.name
    }
}
