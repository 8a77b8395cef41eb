//! A Restate server of the test, on ports of its own.

use std::io::pipe;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::header::ACCEPT;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::process::{Process, wait_for_lines};

/// Calls are spread over so many partitions, and wait until theirs has a leader.
pub(crate) const PARTITIONS: usize = 4;
/// What a server has printed when it takes calls.
pub(crate) const STARTED: [&str; 2 + PARTITIONS] = [
    "Ingress HTTP listening",
    "Admin API starting",
    LEADS,
    LEADS,
    LEADS,
    LEADS,
];
const LEADS: &str = "became Leader of epoch";
/// How long the server may take to start.
const START_LIMIT: Duration = Duration::from_secs(30);

pub(crate) struct Engine {
    binary: PathBuf,
    folder: TempDir,
    /// Of the ingress, the administration and the node.
    ports: [u16; 3],
    process: Process,
    pub(crate) http: reqwest::Client,
}

/// How an invocation ended.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Engine {
    /// The server to test with, if there is one.
    pub(crate) fn binary() -> Option<PathBuf> {
        let path = std::env::var_os("KEEPNET_RESTATE_SERVER").map(PathBuf::from);
        if path.is_none() {
            eprintln!("skipped: KEEPNET_RESTATE_SERVER does not name a Restate server");
        }
        path
    }

    pub(crate) fn start(binary: PathBuf) -> Engine {
        let folder = tempfile::tempdir().unwrap();
        // Bound at the same time, so that they differ.
        let listeners = [0; 3].map(|port| TcpListener::bind(("127.0.0.1", port)).unwrap());
        let ports = listeners.map(|it| it.local_addr().unwrap().port());
        let process = spawn(&binary, folder.path(), ports);
        Engine {
            binary,
            folder,
            ports,
            process,
            http: http_client(),
        }
    }

    /// Kills the server and starts it again with its data.
    pub(crate) fn restart(&mut self) {
        self.process.kill();
        self.process = spawn(&self.binary, self.folder.path(), self.ports);
    }

    pub(crate) async fn register(&self, worker: &str) {
        let body = json!({"uri": worker});
        let sent = self.http.post(self.admin("deployments")).json(&body).send();
        let response = sent.await.unwrap();
        assert!(
            response.status().is_success(),
            "{}",
            response.text().await.unwrap()
        );
    }

    /// Calls a handler, such as `KeepnetCompany/ID/import`, and waits for its result.
    pub(crate) async fn call(&self, handler: &str, body: Value) -> Response {
        let call = self.http.post(self.ingress(handler));
        let call = match body {
            Value::Null => call,
            body => call.json(&body),
        };
        response_of(call.send().await.unwrap()).await
    }

    /// Sends a call, and returns the id of the invocation.
    pub(crate) async fn send(&self, handler: &str, body: Value) -> String {
        let sent = self.call(&format!("{handler}/send"), body).await;
        sent.body["invocationId"].as_str().unwrap().to_owned()
    }

    /// The result of an invocation, once it has ended.
    pub(crate) async fn result_of(&self, invocation: &str, within: Duration) -> Response {
        self.attach(&format!("invocation/{invocation}"), within)
            .await
    }

    /// The result of a workflow that was started, once it has ended.
    pub(crate) async fn result_of_fleet(&self, name: &str, within: Duration) -> Response {
        let workflow = format!("workflow/KeepnetFleet/{name}");
        self.attach(&workflow, within).await
    }

    async fn attach(&self, target: &str, within: Duration) -> Response {
        let attach = self.ingress(&format!("restate/{target}/attach"));
        let sent = self.http.get(&attach).timeout(within).send().await;
        response_of(sent.unwrap_or_else(|error| panic!("{target} does not end: {error}"))).await
    }

    /// The rows of an SQL query about the state of the server.
    pub(crate) async fn query(&self, sql: &str) -> Vec<Value> {
        let query = self
            .http
            .post(self.admin("query"))
            .json(&json!({"query": sql}));
        let sent = query
            .header(ACCEPT, "application/json")
            .send()
            .await
            .unwrap();
        let body: Value = sent.json().await.unwrap();
        body["rows"].as_array().unwrap().clone()
    }

    /// The folder with the data of the server.
    pub(crate) fn data(&self) -> &Path {
        self.folder.path()
    }

    fn ingress(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.ports[0])
    }

    fn admin(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.ports[1])
    }
}

/// An HTTP client of the test.
pub(crate) fn http_client() -> reqwest::Client {
    // The client wants a provider, although nothing here is encrypted.
    let _ = rustls_graviola::default_provider().install_default();
    reqwest::Client::new()
}

async fn response_of(response: reqwest::Response) -> Response {
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    Response {
        status,
        body: serde_json::from_str(&text).unwrap_or(Value::String(text)),
    }
}

/// Starts the server, and waits until it takes calls.
fn spawn(binary: &Path, folder: &Path, ports: [u16; 3]) -> Process {
    let address = |port: u16| format!("127.0.0.1:{port}");
    let (output, input) = pipe().unwrap();
    let mut command = Process::command(binary);
    command
        .arg("--no-logo")
        .env("RESTATE_BASE_DIR", folder.join("data"))
        .env("RESTATE_NODE_NAME", "test")
        .env("RESTATE_LISTEN_MODE", "tcp")
        .env("RESTATE_INGRESS__BIND_ADDRESS", address(ports[0]))
        .env("RESTATE_ADMIN__BIND_ADDRESS", address(ports[1]))
        .env("RESTATE_BIND_ADDRESS", address(ports[2]))
        .env("RESTATE_DISABLE_TELEMETRY", "true")
        .env("RESTATE_LOG_DISABLE_ANSI_CODES", "true")
        .env("RESTATE_LOG_FORMAT", "compact")
        .env("RESTATE_DEFAULT_NUM_PARTITIONS", PARTITIONS.to_string())
        .env("RESTATE_ROCKSDB_TOTAL_MEMORY_SIZE", "256MB")
        // Each invocation has a connection of its own, so that they spread over the workers.
        .env(
            "RESTATE_WORKER__INVOKER__HTTP2_STREAMS_PER_CONNECTION_LIMIT",
            "1",
        )
        // What is not compressed can be searched.
        .env(
            "RESTATE_LOG_SERVER__ROCKSDB_DISABLE_WAL_COMPRESSION",
            "true",
        )
        .env(
            "RESTATE_WORKER__STORAGE__ROCKSDB_DISABLE_WAL_COMPRESSION",
            "true",
        )
        .env(
            "RESTATE_WORKER__STORAGE__ROCKSDB_DISABLE_L0_L1_COMPRESSION",
            "true",
        )
        .env("RESTATE_DEFAULT_RETRY_POLICY__INITIAL_INTERVAL", "100ms")
        .env("RESTATE_DEFAULT_RETRY_POLICY__MAX_INTERVAL", "1s")
        .stdout(input.try_clone().unwrap())
        .stderr(input);
    let process = Process::spawn(&mut command);
    // The output ends with the server only if nobody else can write to it.
    drop(command);
    wait_for_lines(output, &STARTED, &folder.join("log"), START_LIMIT);
    process
}
