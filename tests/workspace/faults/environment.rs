//! A sandbox, the clock that it shares with its client, and the state of the sandbox after a run.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use keepnet_client::{Clock as _, ManualClock, SeededRandom};
use keepnet_flows::client::Timeouts;
use keepnet_flows::{ClientConfig, Credentials, FileFormat};
use keepnet_sandbox::{Dialect, Fault, Rules, Sandbox};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::flow::{Claim, Flow};
use super::people::{self, People};
use crate::flows::service::ACME;

/// The time-outs of the client for faults that a time-out has to end.
pub(super) const SHORT: Duration = Duration::from_secs(1);
/// How far the clock moves on whenever the sandbox reads it.
const TICK: Duration = Duration::from_millis(100);

/// The environment of one run of a flow.
pub(super) struct Environment {
    pub(super) sandbox: Sandbox,
    clock: Arc<ManualClock>,
    started: SystemTime,
    seed: u64,
    timeouts: Timeouts,
    folder: TempDir,
}

/// The users and groups of the company after a run.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FinalState {
    emails: Vec<String>,
    users: Value,
    groups: Vec<(String, u64)>,
}

impl FinalState {
    /// Whether the people are the same, whatever the groups.
    pub(super) fn has_people_of(&self, other: &FinalState) -> bool {
        self.emails == other.emails && self.users == other.users
    }
}

/// The run of a flow without a fault.
pub(super) struct Baseline {
    pub(super) flow: Flow,
    pub(super) dialect: Dialect,
    /// The number of calls of each operation.
    pub(super) steps: BTreeMap<String, u64>,
    pub(super) claim: Claim,
    pub(super) state: FinalState,
    /// The people of a synchronization, before it and after it.
    pub(super) people_before: People,
    pub(super) people_after: People,
}

impl Baseline {
    pub(super) async fn of(flow: Flow, dialect: Dialect, seed: u64) -> Arc<Baseline> {
        let start = || Environment::start(flow, dialect, seed, flow.token_lifetime(), Vec::new());
        let people_before = match flow {
            Flow::Sync => people::list(&start().await).await.unwrap(),
            _ => People::new(),
        };
        let env = start().await;
        let claim = flow.run(&env).await.unwrap();
        let mut steps = BTreeMap::new();
        for request in env.sandbox.requests() {
            *steps.entry(request.operation.unwrap()).or_default() += 1;
        }
        let state = env.final_state();
        let people_after = match flow {
            Flow::Sync => people::list(&env).await.unwrap(),
            _ => People::new(),
        };
        Arc::new(Baseline {
            flow,
            dialect,
            steps,
            claim,
            state,
            people_before,
            people_after,
        })
    }

    pub(super) fn calls(&self) -> usize {
        self.steps.values().map(|count| *count as usize).sum()
    }
}

impl Environment {
    /// A token lifetime beyond the end of any flow.
    pub(super) const LONG: Duration = Duration::from_secs(3600);

    pub(super) async fn start(
        flow: Flow,
        dialect: Dialect,
        seed: u64,
        token_lifetime: Duration,
        faults: Vec<Fault>,
    ) -> Environment {
        let started = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let clock = Arc::new(ManualClock::new(started));
        let mut rules = Rules::default();
        rules.token_lifetime = token_lifetime;
        let read = Arc::clone(&clock);
        let ticking = move || {
            // Moves the time of the jobs; the time limits of a call use real time.
            drop(read.sleep(TICK));
            read.now().try_into().unwrap()
        };
        let builder = Sandbox::builder()
            .dialect(dialect)
            .rules(rules)
            .clock(ticking)
            .users("Acme LLC", flow.made_up_users())
            .validate_against_contract();
        let builder = faults
            .into_iter()
            .fold(builder, |builder, fault| builder.fault(fault));
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("staff.csv"), flow.staff_list()).unwrap();
        Environment {
            sandbox: builder.start().await.unwrap(),
            clock,
            started,
            seed,
            timeouts: Timeouts::default(),
            folder,
        }
    }

    /// Limits the client's waits for a socket to [`SHORT`].
    pub(super) fn with_short_timeouts(mut self) -> Environment {
        self.timeouts = Timeouts::default()
            .attempt(SHORT * 2)
            .first_byte(SHORT)
            .stall(SHORT)
            .upload_response(SHORT);
        self
    }

    /// The configuration of a new client.
    pub(super) fn config(&self) -> ClientConfig {
        ClientConfig::new(Credentials::new("sandbox-client", "sandbox-secret"))
            .base_url(self.sandbox.url())
            .timeouts(self.timeouts)
            .random(Arc::new(SeededRandom::new(self.seed)))
            .clock(Arc::<ManualClock>::clone(&self.clock))
    }

    /// The time since the start, by the injected clock.
    pub(super) fn elapsed(&self) -> Duration {
        self.clock.now().duration_since(self.started).unwrap()
    }

    pub(super) fn staff_list(&self) -> PathBuf {
        self.folder.path().join("staff.csv")
    }

    pub(super) fn exported(&self, format: FileFormat) -> PathBuf {
        self.folder.path().join(format.extension())
    }

    /// The names of the other files in the folder of the staff list.
    pub(super) fn files(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.folder.path()).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name != "staff.csv").collect()
    }

    /// The companies as `/_sandbox/state` shows them.
    pub(super) fn companies(&self) -> Vec<Value> {
        self.sandbox.state()["companies"]
            .as_array()
            .unwrap()
            .clone()
    }

    /// Whether the service has written anything since the state `before`.
    pub(super) fn has_changed(&self, before: &[Value]) -> bool {
        self.companies() != before || self.sandbox.state()["transactions"] != json!([])
    }

    pub(super) fn acme(&self) -> Value {
        let mut companies = self.companies().into_iter();
        companies.find(|company| company["id"] == ACME).unwrap()
    }

    pub(super) fn final_state(&self) -> FinalState {
        let acme = self.acme();
        let groups = acme["groups"].as_array().unwrap().iter();
        let mut groups: Vec<_> = groups
            .map(|group| {
                let name = group["name"].as_str().unwrap().to_lowercase();
                (name, group["members"].as_u64().unwrap())
            })
            .collect();
        groups.sort();
        FinalState {
            emails: emails(&acme),
            users: acme["users"].clone(),
            groups,
        }
    }
}

/// The e-mail addresses of a company in lower case, sorted, with duplicates.
pub(super) fn emails(company: &Value) -> Vec<String> {
    let emails = company["emails"].as_array().unwrap().iter();
    let mut emails: Vec<_> = emails
        .map(|it| it.as_str().unwrap().to_lowercase())
        .collect();
    emails.sort();
    emails
}
