//! A sandbox of the service, an engine and workers.

pub(crate) mod engine;
pub(crate) mod list_server;
pub(crate) mod process;
mod relay;
pub(crate) mod staff;
mod worker_pool;

use std::path::PathBuf;
use std::time::Duration;

use keepnet_flows::{ClientConfig, Credentials, Reseller, TryStreamExt as _, User, UserStatus};
use keepnet_sandbox::{RecordedRequest, RequestPattern, Sandbox, Seed};
use serde_json::{Value, json};
use tempfile::TempDir;

use engine::Engine;
use staff::{People, Staff};
use worker_pool::{SECRET, WorkerPool};

pub(crate) struct Deployment {
    pub(crate) sandbox: Sandbox,
    pub(crate) engine: Engine,
    pub(crate) workers: WorkerPool,
    pub(crate) files: TempDir,
}

impl Deployment {
    /// A fleet of customers without users, and two workers.
    pub(crate) async fn start(binary: PathBuf, customers: usize) -> Deployment {
        Deployment::of(binary, Seed::fleet(customers, 0, jiff::Timestamp::now())).await
    }

    /// Customers with people, and a list of each: `people-1.csv` and so on.
    pub(crate) async fn of_staffs(binary: PathBuf, staffs: &[Staff]) -> Deployment {
        let deployment = Deployment::of(binary, Staff::seed(staffs)).await;
        for (index, staff) in staffs.iter().enumerate() {
            let file = format!("people-{}.csv", index + 1);
            std::fs::write(deployment.files.path().join(file), staff.list()).unwrap();
        }
        deployment
    }

    /// A customer without users, and workers that find the lists at an address.
    pub(crate) async fn with_lists_at(binary: PathBuf, address: &str) -> Deployment {
        let seed = Seed::fleet(1, 0, jiff::Timestamp::now());
        Deployment::with(binary, seed, Some(address)).await
    }

    async fn of(binary: PathBuf, seed: Seed) -> Deployment {
        Deployment::with(binary, seed, None).await
    }

    async fn with(binary: PathBuf, seed: Seed, lists: Option<&str>) -> Deployment {
        let sandbox = Sandbox::builder().seed(seed).record_content();
        let sandbox = sandbox.start().await.unwrap();
        let files = tempfile::tempdir().unwrap();
        let engine = Engine::start(binary);
        let folder = files.path().display().to_string();
        let lists = lists.unwrap_or(&folder);
        let workers = WorkerPool::start(2, sandbox.url(), lists).await;
        engine.register(&workers.relay().url()).await;
        Deployment {
            sandbox,
            engine,
            workers,
            files,
        }
    }

    /// Writes a list of [`list_of`].
    pub(crate) fn write_list(&self, name: &str, domain: &str, people: usize) {
        std::fs::write(self.files.path().join(name), list_of(domain, people)).unwrap();
    }

    /// The state of a customer, by its id.
    pub(crate) fn company(&self, id: &str) -> Value {
        let state = self.sandbox.state();
        let companies = state["companies"].as_array().unwrap();
        companies.iter().find(|it| it["id"] == id).unwrap().clone()
    }

    /// The people of a customer who are not deleted.
    pub(crate) async fn people(&self, id: &str) -> People {
        let credentials = Credentials::new("sandbox-client", SECRET);
        let config = ClientConfig::new(credentials).base_url(self.sandbox.url());
        let company = Reseller::new(&config).unwrap().company(id).await.unwrap();
        let users = company.users().any_status().stream();
        let person = |user: User| {
            let department = user.department.unwrap_or_default();
            (user.email, (department, user.status == UserStatus::Active))
        };
        users.map_ok(person).try_collect().await.unwrap()
    }

    /// Waits until the service has answered so many such requests in a customer, and returns the last.
    pub(crate) async fn request(&self, id: &str, operation: &str, count: usize) -> RecordedRequest {
        let pattern = RequestPattern::of(operation).unwrap().in_company(id);
        let limit = Duration::from_secs(20);
        let found = self.sandbox.wait_for_requests(pattern, count, limit).await;
        found.unwrap().pop().unwrap()
    }

    /// Fails if an address or a secret has got to the engine: into its data, its journal, its state, or
    /// what went between it and the workers.
    pub(crate) async fn assert_no_person_in_engine(&self, known: &str) {
        let mut texts = vec![self.workers.relay().seen()];
        for table in [
            "sys_journal",
            "sys_journal_events",
            "sys_invocation",
            "sys_inbox",
            "state",
        ] {
            let rows = self.engine.query(&format!("select * from {table}")).await;
            texts.push(serde_json::to_vec(&rows).unwrap());
            // The payload of an entry is in hexadecimal digits.
            let raw = rows.iter().filter_map(|row| row["raw"].as_str());
            texts.extend(raw.map(of_hexadecimal));
        }
        let mut folders = vec![self.engine.data().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().flatten() {
                match entry.file_type().unwrap().is_dir() {
                    true => folders.push(entry.path()),
                    false => texts.push(std::fs::read(entry.path()).unwrap_or_default()),
                }
            }
        }
        let places = |word: &str| {
            let word = word.as_bytes();
            let place = |text: &Vec<u8>| {
                let at = text.windows(word.len()).position(|it| it == word)?;
                let around = at.saturating_sub(80)..(at + 80).min(text.len());
                Some(String::from_utf8_lossy(&text[around]).into_owned())
            };
            texts.iter().filter_map(place).collect::<Vec<String>>()
        };
        // The name of a file may be there, so the search works: on the wire, in the journal, in the data.
        assert!(places(known).len() >= 10, "{:?}", places(known));
        for person in [
            "nia.1@",
            ".example",
            "Nia1",
            "Novak",
            "nobody at all",
            SECRET,
        ] {
            assert!(places(person).is_empty(), "{person}: {:?}", places(person));
        }
    }
}

fn of_hexadecimal(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    pairs.map(byte).collect()
}

/// A staff list of people with addresses in `domain`, and a row that is not valid.
pub(crate) fn list_of(domain: &str, people: usize) -> String {
    let mut text = "First name,Last name,Email\n".to_owned();
    for number in 1..=people {
        text += &format!("Nia{number},Novak,nia.{number}@{domain}\n");
    }
    text += "No,Address,nobody at all\n";
    text
}

/// A request for an import that does not wait long for a job that never appears.
pub(crate) fn import_of(file: &str) -> Value {
    json!({"file": file, "stall_timeout_seconds": 3})
}

/// The name of the worker that has sent a request.
pub(crate) fn worker_of(request: &RecordedRequest) -> Option<String> {
    let agent = request.content.as_ref()?.header("user-agent")?;
    let name = agent.strip_prefix("keepnet-worker/")?;
    name.split(' ').next().map(str::to_owned)
}
