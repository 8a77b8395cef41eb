//! The commands of `docs/durable-engine.md`, as they stand.

use std::fs::File;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::deployment::engine::{Engine, PARTITIONS, STARTED, http_client};
use super::deployment::process::{GUARD, Process, wait_for_lines};

/// The ports that the page shows: of the sandbox, the ingress, the administration, and the worker. The last
/// three are the defaults of their programs.
const SHOWN: [u16; 4] = [8180, 8080, 9070, 9080];
const LIMIT: Duration = Duration::from_secs(40);
/// What the sandbox and a worker print when they take calls.
const LISTENING: [&str; 1] = ["listening "];
/// The customer of the page.
const ACME: &str = "xC5kfGz7w2Nz";

#[tokio::test(flavor = "multi_thread")]
async fn commands_of_the_page_work_as_they_stand() {
    let Some(binary) = Engine::binary() else {
        return;
    };
    let page = std::fs::read_to_string(repository().join("docs/durable-engine.md")).unwrap();
    let clone = Clone::new(&binary);
    let blocks = blocks(&page, "Try it on one machine");
    let [sandbox, server, worker, calls] = blocks.as_slice() else {
        panic!("the page shows {} blocks", blocks.len());
    };
    let _sandbox = clone.terminal(sandbox, &LISTENING);
    let _server = clone.terminal(server, &STARTED);
    let mut first = clone.terminal(worker, &LISTENING);

    let calls: Vec<&str> = calls.lines().collect();
    let [register, send, status] = calls.as_slice() else {
        panic!("{calls:?}");
    };
    let registered = clone.run(register);
    assert_eq!(
        registered["services"].as_array().unwrap().len(),
        3,
        "{registered}"
    );
    let sent = clone.run(send);
    let invocation = sent["invocationId"].as_str().unwrap();
    // Half-way, as the page says.
    let mapping = json!({"request": {"company": ACME, "operation": "get_target_user_mapping_job"}, "withinSeconds": 40});
    let waited = clone.post("_sandbox/wait-for-requests", &mapping);
    let waited = waited.await;
    assert!(waited.is_array(), "{waited}");
    let shown = clone.run(status);
    assert_eq!(shown["import"]["step"], "mapping", "{shown}");
    first.kill();
    let _second = clone.terminal(worker, &LISTENING);

    let attach = format!(
        "http://127.0.0.1:{}/restate/invocation/{invocation}/attach",
        clone.ports[1]
    );
    let summary = clone.get(&attach).await;
    assert_eq!(summary["company"], ACME, "{summary}");
    let shown = clone.run(status);
    assert_eq!(shown["import"]["step"], "done", "{shown}");
    assert_eq!(shown["import"]["summary"], summary, "{shown}");
    // The file is not sent again, and nobody is created twice.
    let state = clone
        .get(&format!(
            "http://127.0.0.1:{}/_sandbox/state",
            clone.ports[0]
        ))
        .await;
    assert_eq!(state["counters"]["uploads"], 1, "{state}");
    assert_eq!(
        state["counters"]["usersCreated"], summary["imported"],
        "{summary}"
    );
}

/// A folder in which the commands run like in a clone: with the same paths, programs that are built already,
/// and free ports in place of those that the page shows.
struct Clone {
    folder: TempDir,
    ports: [u16; 4],
    /// Of the server, for other servers.
    node_port: u16,
}

impl Clone {
    fn new(server: &Path) -> Clone {
        let folder = tempfile::tempdir().unwrap();
        let programs = folder.path().join("programs");
        let installed = folder
            .path()
            .join("target/restate-server/node_modules/.bin");
        for folder in [&programs, &installed] {
            std::fs::create_dir_all(folder).unwrap();
        }
        symlink(
            repository().join("fixtures"),
            folder.path().join("fixtures"),
        )
        .unwrap();
        // A program under the guard ends with the test.
        let guarded =
            |program: &Path| format!("exec sh -c \"$GUARD\" '{}' \"$@\"", program.display());
        let worker = Path::new(env!("CARGO_BIN_EXE_keepnet-worker"));
        let cargo = format!(
            "case \"$*\" in\n\
             'run -q -p keepnet-cli -- '*) shift 5; {} ;;\n\
             'run -q --manifest-path crates/keepnet-restate/Cargo.toml') shift 4; {} ;;\n\
             *) echo \"cargo is not expected to $*\" >&2; exit 1 ;;\n\
             esac",
            guarded(&command_line(worker)),
            guarded(worker)
        );
        script(&programs.join("cargo"), &cargo);
        // `.ci/run` has installed it.
        let wanted = "install --prefix target/restate-server --ignore-scripts @restatedev/restate-server@1.7.12";
        script(&programs.join("npm"), &format!("[ \"$*\" = '{wanted}' ]"));
        script(&installed.join("restate-server"), &guarded(server));
        let free = || TcpListener::bind("127.0.0.1:0").unwrap();
        let (listeners, node) = (SHOWN.map(|_| free()), free());
        let port = |listener: &TcpListener| listener.local_addr().unwrap().port();
        Clone {
            folder,
            ports: listeners.each_ref().map(port),
            node_port: port(&node),
        }
    }

    fn bash(&self, commands: &str) -> Command {
        let ports = SHOWN.iter().zip(self.ports);
        let commands = ports.fold(commands.to_owned(), |commands, (shown, free)| {
            commands
                .replace(&format!(":{shown}"), &format!(":{free}"))
                .replace(&format!("--port {shown}"), &format!("--port {free}"))
        });
        let address = |port: u16| format!("127.0.0.1:{port}");
        let path = std::env::var("PATH").unwrap();
        let programs = self.folder.path().join("programs");
        let log = self.folder.path().join("log");
        let log = File::options().append(true).create(true).open(log);
        let mut bash = Command::new("bash");
        bash.args(["-ec", &commands])
            .current_dir(self.folder.path())
            .env("PATH", format!("{}:{path}", programs.display()))
            .env("GUARD", GUARD)
            .env("KEEPNET_WORKER_LISTEN", address(self.ports[3]))
            .env("RESTATE_INGRESS__BIND_ADDRESS", address(self.ports[1]))
            .env("RESTATE_ADMIN__BIND_ADDRESS", address(self.ports[2]))
            .env("RESTATE_BIND_ADDRESS", address(self.node_port))
            .env("RESTATE_LISTEN_MODE", "tcp")
            .env("RESTATE_DEFAULT_NUM_PARTITIONS", PARTITIONS.to_string())
            .env("RESTATE_ROCKSDB_TOTAL_MEMORY_SIZE", "256MB")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log.unwrap());
        bash
    }

    /// Runs a block whose last program stays, and waits until it has printed these lines.
    fn terminal(&self, block: &str, expected: &'static [&'static str]) -> Process {
        let mut process = Process::spawn(&mut self.bash(block));
        let output = process.child().stdout.take().unwrap();
        wait_for_lines(output, expected, &self.folder.path().join("log"), LIMIT);
        process
    }

    /// Runs a command that ends; its output is JSON.
    fn run(&self, command: &str) -> Value {
        let output = self.bash(command).output().unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{command}\n{printed}");
        serde_json::from_str(&printed)
            .unwrap_or_else(|error| panic!("{command}: {error}\n{printed}"))
    }

    async fn get(&self, address: &str) -> Value {
        let sent = http_client().get(address).timeout(LIMIT).send().await;
        sent.unwrap().json().await.unwrap()
    }

    /// Calls the sandbox.
    async fn post(&self, path: &str, body: &Value) -> Value {
        let address = format!("http://127.0.0.1:{}/{path}", self.ports[0]);
        let sent = http_client().post(address).json(body).send().await;
        sent.unwrap().json().await.unwrap()
    }
}

/// The program `keepnet`, which is beside the worker if the workspace was built.
fn command_line(worker: &Path) -> PathBuf {
    let program = worker.with_file_name("keepnet");
    if !program.is_file() {
        let target = worker.parent().and_then(Path::parent).unwrap();
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .args(["build", "-q", "-p", "keepnet-cli", "--target-dir"])
            .arg(target);
        assert!(cargo.current_dir(repository()).status().unwrap().success());
    }
    program
}

fn script(path: &Path, commands: &str) {
    std::fs::write(path, format!("#!/bin/sh\n{commands}\n")).unwrap();
    let mut permissions = std::fs::metadata(path).unwrap().permissions();
    permissions.set_mode(0o755);
    std::fs::set_permissions(path, permissions).unwrap();
}

/// The `sh` blocks of a section of the page.
fn blocks<'a>(page: &'a str, section: &str) -> Vec<&'a str> {
    let (_, section) = page.split_once(&format!("## {section}\n")).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let blocks = section.split("```sh\n").skip(1);
    blocks
        .map(|block| block.split("\n```").next().unwrap())
        .collect()
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}
